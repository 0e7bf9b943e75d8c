"""What is still to be begun of one call, and the answers so far. Used on one event loop only."""

from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic

from adapters.email.connection import RelayError, RelayReply
from adapters.email.envelope import Letter
from router.messages.notification import Mail, SendOutcome, SmtpReply

# So many refusals to send, with nothing sent in between, are not about one email; of one practice alone they may be
# about what its emails say, so that another practice's is tried first where there is one.
REFUSALS_IN_A_ROW = 3


class Batch:
    """Hands out letters one by one until there are none, time is up, the relay failed or the process stops."""

    def __init__(self, begin_until: float, is_stopping: Callable[[], bool]) -> None:
        self.begin_until = begin_until
        self._is_stopping = is_stopping
        self._waiting: deque[Letter] = deque()
        self._replies: dict[int, RelayReply] = {}
        self._begun: set[int] = set()
        self._failed = False
        # The practices of the refusals in a row.
        self._refused: list[str] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, letter: Letter) -> None:
        """One more to send."""
        self._waiting.append(letter)

    def may_begin(self) -> bool:
        """Whether there is a letter that may begin now."""
        over = self._failed or self._is_stopping() or monotonic() >= self.begin_until
        return bool(self._waiting) and not over

    def begin(self) -> Letter | None:
        """The next letter, None when none may begin."""
        if not self.may_begin():
            return None
        letter = self._next()
        if letter is None:
            self._failed = True
            return None
        self._waiting.remove(letter)
        self._begun.add(letter.index)
        return letter

    def _next(self) -> Letter | None:
        if len(self._refused) < REFUSALS_IN_A_ROW:
            return self._waiting[0]
        return next((letter for letter in self._waiting if letter.practice not in self._refused), None)

    def take_back(self, letter: Letter) -> None:
        """The relay was never told of this letter: another connection may carry it."""
        self._begun.discard(letter.index)
        self._waiting.appendleft(letter)

    def fail(self, letter: Letter, error: RelayError) -> None:
        """No connection to the relay is left: nothing further is begun."""
        self._failed = True
        self.settle(letter.index, RelayReply(SendOutcome.RELAY, error.code, error.text))

    def settle(self, index: int, reply: RelayReply, practice: str = "") -> None:
        """How this one ended. A relay that refuses to send again and again is asked no further."""
        self._replies[index] = reply
        if reply.outcome is SendOutcome.RELAY:
            self._refused.append(practice)
            is_widespread = len(set(self._refused)) > 1
            self._failed = self._failed or (is_widespread and len(self._refused) >= REFUSALS_IN_A_ROW)
        elif reply.outcome is SendOutcome.SENT:
            self._refused.clear()

    def answers(self, mails: Sequence[Mail]) -> list[SmtpReply]:
        """One answer for each mail, in order."""
        return [SmtpReply(mail.notification, *self._reply(index)) for index, mail in enumerate(mails)]

    def _reply(self, index: int) -> RelayReply:
        if index in self._replies:
            return self._replies[index]
        if index in self._begun:
            # The process ended in the middle: it may have been taken.
            return RelayReply(SendOutcome.DEFERRED, None, "interrupted")
        return RelayReply(SendOutcome.NOT_BEGUN, None, "not begun")
