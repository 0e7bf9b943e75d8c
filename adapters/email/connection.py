"""One warm connection to the relay, and what its answers mean."""

import asyncio
import socket
import ssl
from typing import NamedTuple

import aiosmtplib

from adapters.email.address import SmtpAddress
from router.notification import Outcome

ANSWER_LIMIT = 500
PERMANENT = 500
# A connection that was idle may be dead without our noticing: it must take MAIL FROM within this time, or is replaced;
# of a shorter send it gets this share, so that there is time left for the new connection.
WARM_SECONDS = 5.0
WARM_SHARE = 1 / 3
QUIT_SECONDS = 1.0


class RelayError(Exception):
    """The relay can't be used now; the code is its answer's, where it gave one."""

    def __init__(self, code: int | None, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


class Reply(NamedTuple):
    """How one send ended."""

    outcome: Outcome
    code: int | None
    text: str


def clean(text: str) -> str:
    """A server's words on one line: bounded, and without control characters (RFC 5321, section 4.2, sets no bound)."""
    return "".join(character if character.isprintable() else " " for character in text)[:ANSWER_LIMIT]


def said(error: BaseException, seconds: float) -> tuple[int | None, str]:
    """The code and the words of an error."""
    code = getattr(error, "code", None)
    text = str(getattr(error, "message", None) or str(error) or type(error).__name__)
    if type(error) is TimeoutError and not error.args:
        # Ours; the system's own time-out has a number and words.
        text = f"not done within {seconds:g} s"
    return (code if isinstance(code, int) and code > 0 else None), clean(text)


class Connector:
    """Opens connections to one relay; the certificates and the name of this host are looked up once."""

    def __init__(self, address: SmtpAddress) -> None:
        self._address = address
        self._tls: ssl.SSLContext | None = None
        self._hostname: str | None = None

    async def connect(self) -> aiosmtplib.SMTP:
        """A connection that is through with TLS, EHLO and AUTH."""
        address = self._address
        if self._tls is None and address.scheme != "smtp":
            self._tls = _trust(address.ca)
        if self._hostname is None:
            self._hostname = await asyncio.to_thread(socket.getfqdn)
        client = aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            username=address.username,
            password=address.password,
            local_hostname=self._hostname,
            use_tls=address.scheme == "smtps",
            start_tls=address.scheme == "smtp+starttls",
            tls_context=self._tls,
            timeout=None,
        )
        await client.connect()
        return client


def _trust(ca: str | None) -> ssl.SSLContext:
    """Certificates and host names are always verified."""
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise ValueError(f"the certificates in {ca} can't be read: {error}") from error


Refused = type[aiosmtplib.SMTPRecipientRefused] | type[aiosmtplib.SMTPSenderRefused]


async def _command(client: aiosmtplib.SMTP, verb: bytes, path: str, refused: Refused) -> None:
    """Name a sender or a recipient, whose address was checked before: aiosmtplib would parse it once more each time.

    Raises what aiosmtplib's own methods raise.
    """
    answer = await client.execute_command(verb, path.encode("ascii"))
    if answer.code not in {aiosmtplib.SMTPStatus.completed, aiosmtplib.SMTPStatus.will_forward}:
        raise refused(answer.code, answer.message, path)


class Connection:
    """Sends one email at a time and stays open in between."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._client: aiosmtplib.SMTP | None = None
        # Whether a refused email must be taken back (RSET) before the next one begins.
        self._refused = False

    @property
    def is_open(self) -> bool:
        """Whether the relay has it open, as far as is known."""
        return self._client is not None and self._client.is_connected

    async def send(self, sender: str, recipient: str, email: bytes, seconds: float) -> Reply:
        """Send one email within this time. Raises RelayError for what goes wrong up to and including MAIL FROM."""
        until = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(until):
                client = await self._begin(sender, min(WARM_SECONDS, seconds * WARM_SHARE))
        except BaseException as error:
            self.drop()
            if not isinstance(error, Exception):
                raise
            raise RelayError(*said(error, seconds)) from error
        try:
            async with asyncio.timeout_at(until):
                await _command(client, b"RCPT", f"TO:<{recipient}>", aiosmtplib.SMTPRecipientRefused)
                code, text = await client.data(email)
        except aiosmtplib.SMTPResponseException as error:
            self._refused = True
            outcome = Outcome.REJECTED if error.code >= PERMANENT else Outcome.DEFERRED
            return Reply(outcome, *said(error, seconds))
        except BaseException as error:
            # Whatever it was, the relay may have taken this email: a repeat carries the same Message-ID.
            self.drop()
            if not isinstance(error, Exception):
                raise
            return Reply(Outcome.DEFERRED, *said(error, seconds))
        return Reply(Outcome.SENT, code, clean(text))

    async def _begin(self, sender: str, warm_seconds: float) -> aiosmtplib.SMTP:
        """Come to the point where the relay has taken MAIL FROM.

        A warm connection that doesn't come there is replaced once: relays close idle connections, with 421 or without
        a word (RFC 5321, sections 3.8 and 4.5.3.2.7). Nothing is lost, as no email was begun; MAIL FROM is as good a
        question as NOOP and costs nothing.
        """
        if self._client is not None:
            try:
                async with asyncio.timeout(warm_seconds):
                    return await self._mail(self._client, sender)
            except Exception:  # noqa: BLE001 - whatever it was, a new connection will tell.
                self.drop()
        self._client = await self._connector.connect()
        self._refused = False
        return await self._mail(self._client, sender)

    async def _mail(self, client: aiosmtplib.SMTP, sender: str) -> aiosmtplib.SMTP:
        if self._refused:
            await client.rset()
            self._refused = False
        if client.is_ehlo_or_helo_needed:
            # It says EHLO first, or HELO where that is refused.
            await client.mail(sender)
        else:
            await _command(client, b"MAIL", f"FROM:<{sender}>", aiosmtplib.SMTPSenderRefused)
        return client

    def drop(self) -> None:
        """Close the connection without a word."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def quit(self) -> None:
        """Close the connection as RFC 5321, section 4.1.1.10, has it, or else without a word."""
        try:
            async with asyncio.timeout(QUIT_SECONDS):
                if self._client is not None and self._client.is_connected:
                    await self._client.quit()
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            self.drop()
