"""Sending mail over a few warm connections, on one event loop for each process."""

import asyncio
import os
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from datetime import datetime
from functools import partial
from threading import Lock
from time import monotonic

import uvloop
from typing_extensions import override

from adapters.email.address import SmtpAddress
from adapters.email.batch import Batch
from adapters.email.connection import Connection, Connector, RelayError, RelayReply
from adapters.email.envelope import Letter
from adapters.email.pool import Pool, open_pool
from adapters.email.render import Renderer, UnusableFieldError
from adapters.email.thread import LoopThread
from router.messages.notification import UNBUILT, Mail, SendOutcome, SmtpReply
from router.ports.services import Mailer

CONNECTIONS = 4
SEND_SECONDS = 30.0
BEGIN_SECONDS = 45.0

# Told how an email ended and how many seconds it took.
Observe = Callable[[str, float], None]
# Told the practice and the notification of an email that could not be built, and the error.
Report = Callable[[str, str, Exception], None]


def _observe_nothing(_outcome: str, _seconds: float) -> None:
    """What is done unless somebody wants to know."""


def _report_nothing(_practice: str, _notification: str, _error: Exception) -> None:
    """What is done unless somebody wants to know."""


class SmtpMailer(Mailer):
    """See router.ports.services.Mailer. May be called from several threads; they share the connections.

    A send takes at most `send_seconds`, and none is begun later than `begin_seconds` into a batch, so that a batch ends
    well within its lease. When the relay fails, one answer says so and what was not begun comes back at once. `observe`
    hears of every send, `report` of every email that could not be built.
    """

    def __init__(
        self,
        address: SmtpAddress,
        render: Renderer,
        *,
        connections: int = CONNECTIONS,
        send_seconds: float = SEND_SECONDS,
        begin_seconds: float = BEGIN_SECONDS,
    ) -> None:
        self._address = address
        self._render = render
        self._connections = connections
        self._send_seconds = send_seconds
        self._begin_seconds = begin_seconds
        self.observe: Observe = _observe_nothing
        self.report: Report = _report_nothing
        self._stopping = False
        self._lock = Lock()
        self._thread: LoopThread[Pool] | None = None
        _mailers.add(self)

    @override
    def send(self, mails: Sequence[Mail], at: datetime) -> list[SmtpReply]:
        batch = Batch(monotonic() + self._begin_seconds, lambda: self._stopping)
        for index, mail in enumerate(mails):
            letter = self._letter(index, mail, at)
            if isinstance(letter, Letter):
                batch.add(letter)
            else:
                batch.settle(index, RelayReply(SendOutcome.REJECTED, None, letter))
        if batch.may_begin():
            self._deliver(batch)
        return batch.answers(mails)

    def _letter(self, index: int, mail: Mail, at: datetime) -> Letter | str:
        """The rendered email, or why there is none: whatever goes wrong with it keeps no other from being sent."""
        try:
            return Letter(index, *self._render.letter(mail, at), mail.practice)
        except UnusableFieldError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is about this email alone.
            self.report(mail.practice, str(mail.notification), error)
            return UNBUILT

    def stop(self) -> None:
        """Begin no further send, now or later; running ones end, and the rest come back as not begun."""
        self._stopping = True

    def close(self) -> None:
        """Stop, give running sends a moment, then close the connections and end the event loop."""
        with self._lock:
            self.stop()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()

    def _deliver(self, batch: Batch) -> None:
        with self._lock:
            if self._stopping:
                return
            if self._thread is None:
                pool = partial(open_pool, Connector(self._address), self._connections)
                # Sending is mostly small reads and writes, which this loop does a third faster than the standard one.
                self._thread = LoopThread("smtp", pool, uvloop.new_event_loop)
                self._pool = self._thread.start()
            sending = self._thread.submit(self._share(self._pool, batch))
        try:
            sending.result()
        except CancelledError:
            # The mailer was closed meanwhile; the batch knows which sends were interrupted.
            return

    async def _share(self, pool: Pool, batch: Batch) -> None:
        """Let as many connections as are free work on the batch."""
        workers = min(self._connections, len(batch))
        await asyncio.gather(*(self._work(pool, batch) for _ in range(workers)))

    async def _work(self, pool: Pool, batch: Batch) -> None:
        while batch.may_begin():
            try:
                async with asyncio.timeout_at(batch.begin_until):
                    connection = await pool.borrow()
            except TimeoutError:
                return
            letter, failure = batch.begin(), None
            try:
                if letter is not None:
                    batch.settle(letter.index, await self._send(connection, letter), letter.practice)
            except RelayError as error:
                failure = error
            finally:
                pool.give_back(connection, failed=failure is not None)
            if letter is not None and failure is not None:
                _handle(letter, failure, pool, batch)

    async def _send(self, connection: Connection, letter: Letter) -> RelayReply:
        begun, outcome = monotonic(), SendOutcome.RELAY
        try:
            reply = await connection.send(self._render.sender, letter, self._send_seconds)
            outcome = reply.outcome
        finally:
            self.observe(outcome.value, monotonic() - begun)
        return reply

    def _forget(self) -> None:
        """Leave the parent's connections alone: kept as they are, as collecting them would close its sockets' state."""
        self._lock = Lock()
        if self._thread is not None:
            _inherited.append((self._thread, self._pool))
            self._thread = None


def _handle(letter: Letter, failure: RelayError, pool: Pool, batch: Batch) -> None:
    """Another connection that is open or at work may carry the letter; where there is none, the relay has failed."""
    if pool.hope:
        batch.take_back(letter)
    else:
        batch.fail(letter, failure)


# A child of a fork has neither the thread nor a right to the connections: its mailers begin afresh.
_mailers: weakref.WeakSet[SmtpMailer] = weakref.WeakSet()
_inherited: list[tuple[LoopThread[Pool], Pool]] = []


def _forget_all() -> None:
    for mailer in list(_mailers):
        mailer._forget()  # noqa: SLF001 - the hook belongs to the class.


os.register_at_fork(after_in_child=_forget_all)
