"""One warm connection to the relay, and what its answers mean."""

import ssl
from time import monotonic

import aiosmtplib

from adapters.email.address import SmtpAddress
from router.notification import Outcome

ANSWER_LIMIT = 500
PERMANENT = 500
# An older connection may have been closed by the relay without our noticing, so that it is asked first.
TRUSTED_SECONDS = 10
CONNECT_SECONDS = 10


class RelayError(Exception):
    """The relay can't be used now; the code is its answer's, where it gave one."""

    def __init__(self, error: BaseException) -> None:
        code, text = said(error)
        super().__init__(text)
        self.code, self.text = code, text


def said(error: BaseException) -> tuple[int | None, str]:
    """The code and the words of an error: bounded, on one line, without control characters."""
    code = getattr(error, "code", None)
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    if isinstance(error, TimeoutError):
        text = "timed out"
    printable = "".join(character if character.isprintable() else " " for character in str(text))
    return (code if isinstance(code, int) and code > 0 else None), printable[:ANSWER_LIMIT]


class Connection:
    """Sends one email at a time and stays open in between."""

    def __init__(self, address: SmtpAddress) -> None:
        self._address = address
        self._client: aiosmtplib.SMTP | None = None
        self._used_at = 0.0

    async def send(self, sender: str, recipient: str, email: bytes) -> tuple[Outcome, int | None, str]:
        """Send one email. Raises RelayError for whatever goes wrong up to and including MAIL FROM."""
        client = await self._begin(sender)
        try:
            await client.rcpt(recipient)
            code, text = await client.data(email)
        except aiosmtplib.SMTPResponseException as error:
            await self._reset(client)
            outcome = Outcome.REJECTED if error.code >= PERMANENT else Outcome.DEFERRED
            return outcome, *said(error)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            # It may have been taken: a repeat carries the same Message-ID.
            self.close()
            return Outcome.DEFERRED, *said(error)
        self._used_at = monotonic()
        return Outcome.SENT, code, text[:ANSWER_LIMIT]

    async def _begin(self, sender: str) -> aiosmtplib.SMTP:
        """Come to the point where the relay has taken MAIL FROM; a connection that went stale is replaced once."""
        if self._client is not None:
            try:
                if monotonic() - self._used_at > TRUSTED_SECONDS:
                    await self._client.noop()
                await self._client.mail(sender)
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                self.close()
            else:
                return self._client
        try:
            client = await self._connect()
            await client.mail(sender)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            self.close()
            raise RelayError(error) from error
        return client

    async def _connect(self) -> aiosmtplib.SMTP:
        address = self._address
        client = aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            username=address.username,
            password=address.password,
            use_tls=address.scheme == "smtps",
            start_tls=address.scheme == "smtp+starttls",
            tls_context=None if address.scheme == "smtp" else ssl.create_default_context(cafile=address.ca),
            timeout=CONNECT_SECONDS,
        )
        self._client = client
        await client.connect()
        return client

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        """Make the connection ready for the next email, or give it up."""
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            self.close()

    def close(self) -> None:
        """Drop the connection without a word."""
        if self._client is not None:
            self._client.close()
            self._client = None
