"""Noticing when the database stops doing its work, and when it does it again."""

from collections.abc import Callable
from math import inf
from threading import Lock
from time import monotonic

from sqlalchemy import exc

from adapters.database.refusal import reason_of
from adapters.database.trouble import Trouble

# How long after a failure nothing is expected to be stored; then the next request finds out. An outage is over when
# nothing has failed for so long, since a full disk still takes a small write now and then.
RECENT_SECONDS = 10

# How often interruptions are reported at most.
INTERRUPTION_SECONDS = 10

# Called with the server's reason when an outage begins or becomes another one, and with None when it is over.
Report = Callable[[str | None], None]


def tell_nobody(_reason: str | None) -> None:
    """The default: report nothing; the code that failed says why."""


class Outage:
    """The outage that this process sees, if there is one."""

    def __init__(
        self,
        report: Report = tell_nobody,
        clock: Callable[[], float] = monotonic,
        report_interruption: Callable[[str], None] = tell_nobody,
    ) -> None:
        self._report = report
        self._report_interruption = report_interruption
        self._clock = clock
        self._lock = Lock()
        self._trouble: Trouble | None = None
        self._failed_at = 0.0
        self._refused = False
        self._interrupted_at = -inf

    def failed(self, trouble: Trouble, error: exc.SQLAlchemyError) -> None:
        """Something failed for this trouble."""
        if trouble is Trouble.INTERRUPTED:
            self._interrupted(error)
            return
        with self._lock:
            begins = trouble is not self._trouble
            self._trouble, self._failed_at = trouble, self._clock()
            self._refused = trouble in {Trouble.STORES_NOTHING, Trouble.FORBIDDEN}
        if begins:
            self._report(reason_of(error))

    def _interrupted(self, error: exc.SQLAlchemyError) -> None:
        """A single statement failed, which is no outage. While somebody holds a lock, all that need it do."""
        with self._lock:
            now = self._clock()
            is_news = now - self._interrupted_at >= INTERRUPTION_SECONDS
            if is_news:
                self._interrupted_at = now
        if is_news:
            self._report_interruption(reason_of(error))

    def answered(self) -> None:
        """A statement succeeded, which need not have stored anything."""
        if self._trouble is Trouble.AWAY:
            self._end()

    def stored(self) -> None:
        """A transaction that changed something was committed."""
        if self._trouble is not None:
            self._refused = False
            self._end()

    def _end(self) -> None:
        with self._lock:
            over = self._trouble is not None and not self._is_recent()
            if over:
                self._trouble = None
        if over:
            self._report(None)

    def _is_recent(self) -> bool:
        return self._clock() - self._failed_at < RECENT_SECONDS

    @property
    def stores_nothing(self) -> bool:
        """Whether the last attempt to store something failed a moment ago, although the database answers."""
        return self._refused and self._is_recent()

    @property
    def is_to_be_tried(self) -> bool:
        """Whether storing anything failed some time ago, and nobody has stored or failed to store since."""
        return self._trouble is Trouble.STORES_NOTHING and not self._is_recent()
