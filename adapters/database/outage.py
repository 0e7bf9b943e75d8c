"""Noticing when the database stops doing its work, and when it does it again."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from sqlalchemy import exc

from adapters.database.refusal import reason_of
from adapters.database.trouble import Trouble

# How long after a failure nothing is expected to be stored; then the next request finds out. An outage is over when
# nothing has failed for so long, since a full disk still takes a small write now and then.
RECENT_SECONDS = 10

# Called with the server's reason when an outage begins or becomes another one, and with None when it is over.
Report = Callable[[str | None], None]


def tell_nobody(_reason: str | None) -> None:
    """The default: report nothing; the code that failed says why."""


class Outage:
    """The outage that this process sees, if there is one."""

    def __init__(self, report: Report = tell_nobody, clock: Callable[[], float] = monotonic) -> None:
        self._report = report
        self._clock = clock
        self._lock = Lock()
        self._trouble: Trouble | None = None
        self._failed_at = 0.0
        self._refused = False

    def failed(self, trouble: Trouble, error: exc.SQLAlchemyError) -> None:
        """Something failed for this trouble."""
        if trouble is Trouble.INTERRUPTED:
            return
        with self._lock:
            begins = trouble is not self._trouble
            self._trouble, self._failed_at = trouble, self._clock()
            self._refused = trouble in {Trouble.STORES_NOTHING, Trouble.FORBIDDEN}
        if begins:
            self._report(reason_of(error))

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
