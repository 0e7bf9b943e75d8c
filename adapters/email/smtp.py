"""Sending mail over a few warm connections, on one event loop for each process."""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from threading import Event, Lock, Thread
from time import monotonic

from adapters.email.address import SmtpAddress
from adapters.email.connection import Connection, RelayError
from adapters.email.render import Renderer, UnusableAddressError
from router.notification import Answer, Mail, Outcome

CONNECTIONS = 4
SEND_SECONDS = 30.0
BEGIN_SECONDS = 45.0


class SmtpMailer:
    """See router.ports.Mailer.

    A send takes at most `send_seconds`, and none is begun later than `begin_seconds` into a batch, so that a batch ends
    well within its lease. When the relay fails, what was not begun comes back at once.
    """

    def __init__(
        self,
        address: SmtpAddress,
        renderer: Renderer,
        *,
        connections: int = CONNECTIONS,
        send_seconds: float = SEND_SECONDS,
        begin_seconds: float = BEGIN_SECONDS,
    ) -> None:
        self._address = address
        self._renderer = renderer
        self._connections = connections
        self._send_seconds = send_seconds
        self._begin_seconds = begin_seconds
        self._stopping = Event()
        self._lock = Lock()
        self._process: int | None = None

    def send(self, mails: Sequence[Mail], at: datetime) -> list[Answer]:
        """Send all of them, one answer each in the same order; raises nothing for what a mail server does."""
        batch = _Batch(mails, at, begin_until=monotonic() + self._begin_seconds)
        asyncio.run_coroutine_threadsafe(self._send(batch), self._running_loop()).result()
        return [batch.answers.get(index) or _not_begun(mail) for index, mail in enumerate(mails)]

    def stop(self) -> None:
        """Begin no further send; running ones end."""
        self._stopping.set()

    def close(self) -> None:
        """Stop, drop the connections and end the event loop."""
        self.stop()
        with self._lock:
            if self._process == os.getpid():
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join(2)
                self._process = None

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        """The loop of this process: a child of a fork makes its own, with connections of its own."""
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                self._loop = asyncio.new_event_loop()
                self._idle = [Connection(self._address) for _ in range(self._connections)]
                self._thread = Thread(target=self._run, args=(self._loop, self._idle), name="smtp", daemon=True)
                self._thread.start()
            return self._loop

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop, connections: list[Connection]) -> None:
        asyncio.set_event_loop(loop)
        loop.run_forever()
        for connection in connections:
            connection.close()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    async def _send(self, batch: "_Batch") -> None:
        """Share the batch among the connections that are free; another batch may use them at the same time."""
        count = min(self._connections, len(batch.mails))
        await asyncio.gather(*(self._work(batch) for _ in range(count)))

    async def _work(self, batch: "_Batch") -> None:
        connection = self._idle.pop() if self._idle else Connection(self._address)
        try:
            while not self._stopping.is_set() and (index := batch.next()) is not None:
                batch.answers[index] = await self._one(connection, batch, batch.mails[index])
                if batch.answers[index].outcome is Outcome.RELAY:
                    batch.relay_failed()
                    return
        finally:
            if len(self._idle) < self._connections:
                self._idle.append(connection)
            else:
                connection.close()

    async def _one(self, connection: Connection, batch: "_Batch", mail: Mail) -> Answer:
        try:
            email = self._renderer.render(mail, batch.at)
            sending = connection.send(self._renderer.mail_from, mail.recipient, email)
            outcome, code, text = await asyncio.wait_for(sending, self._send_seconds)
        except UnusableAddressError as error:
            return Answer(mail.notification, Outcome.REJECTED, None, str(error))
        except RelayError as error:
            return Answer(mail.notification, Outcome.RELAY, error.code, error.text)
        except TimeoutError:
            connection.close()
            return Answer(mail.notification, Outcome.DEFERRED, None, f"not done within {self._send_seconds:g} s")
        batch.worked()
        return Answer(mail.notification, outcome, code, text)


class _Batch:
    """What is still to be begun of one call; used on the event loop only."""

    def __init__(self, mails: Sequence[Mail], at: datetime, begin_until: float) -> None:
        self.mails = mails
        self.at = at
        self.answers: dict[int, Answer] = {}
        self._begin_until = begin_until
        self._next = 0
        self._works = False
        self._failed = False

    def next(self) -> int | None:
        """The next mail to begin, None when there is none or no more may begin."""
        if self._failed or self._next >= len(self.mails) or monotonic() >= self._begin_until:
            return None
        self._next += 1
        return self._next - 1

    def worked(self) -> None:
        """The relay took or judged an email: connections that work go on."""
        self._works = True

    def relay_failed(self) -> None:
        """A connection failed: where none has worked, nothing more is begun."""
        self._failed = not self._works


def _not_begun(mail: Mail) -> Answer:
    return Answer(mail.notification, Outcome.NOT_BEGUN, None, "not begun")
