"""One warm connection to the relay, and what its answers mean."""

import asyncio
import socket
import ssl
from typing import NamedTuple, cast

import aiosmtplib

from adapters.email.address import SmtpAddress
from adapters.email.dialogue import Dialogue, ServerReply, take_over
from adapters.email.envelope import Letter, SmtpEnvelope, dotted, envelope_of
from router.messages.notification import SendOutcome
from router.messages.smtp_refusals import PERMANENT, About, about, about_at_recipient

ANSWER_LIMIT = 500
# A connection that was idle may be dead without our noticing: it must take MAIL FROM within this time, or is replaced;
# of a shorter send it gets this share, so that there is time left for the new connection.
WARM_SECONDS = 5.0
WARM_SHARE = 1 / 3
QUIT_SECONDS = 1.0
UNOFFERED = "the address has letters beyond ASCII before the @, and the mail relay doesn't offer SMTPUTF8"

RSET, DATA, QUIT = b"RSET\r\n", b"DATA\r\n", b"QUIT\r\n"
COMPLETED, START_INPUT, CLOSING = 250, 354, 421
# RFC 5321, section 4.2.3: 251 is for a user who is elsewhere, to whom the relay forwards.
TAKEN = frozenset({COMPLETED, 251})


class RelayError(Exception):
    """The relay can't be used now; the code is its answer's, where it gave one."""

    def __init__(self, code: int | None, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


class RelayReply(NamedTuple):
    """How one send ended; `refusal` is whom a refusal speaks of."""

    outcome: SendOutcome
    code: int | None
    text: str
    refusal: About | None = None


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


class _Client(aiosmtplib.SMTP):
    """Hangs up at once: the orderly end of TLS waits for the relay, and the event loop may end before that."""

    def close(self) -> None:
        """Close the connection, in whatever state it is."""
        transport = cast("asyncio.Transport | None", self.transport)
        super().close()
        if transport is not None:
            transport.abort()


class Connector:
    """Opens connections to one relay; the certificates and the name of this host are looked up once."""

    def __init__(self, address: SmtpAddress) -> None:
        self._address = address
        self._tls: ssl.SSLContext | None = None
        self._hostname: str | None = None

    async def connect(self) -> Dialogue:
        """A connection that is through with TLS, EHLO and AUTH."""
        address = self._address
        if self._tls is None and address.scheme != "smtp":
            self._tls = _trust(address.ca)
        if self._hostname is None:
            self._hostname = await asyncio.to_thread(socket.getfqdn)
        client = _Client(
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
        try:
            await client.connect()
            return await take_over(client)
        except BaseException:
            client.close()
            raise


def _trust(ca: str | None) -> ssl.SSLContext:
    """Certificates and host names are always verified."""
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise ValueError(f"the certificates in {ca} can't be read: {error}") from error


class UnofferedError(Exception):
    """The address needs something that the relay doesn't offer."""


def refused(reply: ServerReply, recipient: str | None = None) -> RelayReply:
    """What a refusal of this recipient, or of DATA or the email itself, means."""
    text = clean(reply.text)
    if reply.code < PERMANENT:
        return RelayReply(SendOutcome.DEFERRED, reply.code, text)
    whom = about(reply.code, reply.text)
    if recipient is not None:
        whom = about_at_recipient(reply.code, reply.text, recipient)
    outcome = SendOutcome.RELAY if whom in {About.RELAY, About.POLICY} else SendOutcome.REJECTED
    return RelayReply(outcome, reply.code, text, whom)


def _expect(code: int, reply: ServerReply) -> None:
    if reply.code != code:
        raise aiosmtplib.SMTPResponseException(reply.code, reply.text)


class Connection:
    """Sends one email at a time and stays open in between."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._dialogue: Dialogue | None = None
        # Whether a refused email must be taken back (RSET) before the next one begins.
        self._refused = False

    @property
    def is_open(self) -> bool:
        """Whether the relay has it open, as far as is known."""
        return self._dialogue is not None and self._dialogue.is_open

    async def send(self, sender: str, letter: Letter, seconds: float) -> RelayReply:
        """Send one email within this time. Raises RelayError for what goes wrong up to and including MAIL FROM."""
        until = asyncio.get_running_loop().time() + seconds
        envelope = envelope_of(sender, letter.recipient)
        try:
            async with asyncio.timeout_at(until):
                dialogue = await self._begin(envelope, min(WARM_SECONDS, seconds * WARM_SHARE))
        except UnofferedError as error:
            return RelayReply(SendOutcome.REJECTED, None, str(error))
        except BaseException as error:
            self.drop()
            if not isinstance(error, Exception):
                raise
            raise RelayError(*said(error, seconds)) from error
        try:
            async with asyncio.timeout_at(until):
                return await self._finish(dialogue, envelope, letter)
        except BaseException as error:
            # Whatever it was, the relay may have taken this email: a repeat carries the same Message-ID.
            self.drop()
            if not isinstance(error, Exception):
                raise
            return RelayReply(SendOutcome.DEFERRED, *said(error, seconds))

    async def _begin(self, envelope: SmtpEnvelope, warm_seconds: float) -> Dialogue:
        """Come to the point where the relay has taken MAIL FROM.

        A warm connection that doesn't come there is replaced once: relays close idle connections, with 421 or without
        a word (RFC 5321, sections 3.8 and 4.5.3.2.7). Nothing is lost, as no email was begun; MAIL FROM is as good a
        question as NOOP and costs nothing.
        """
        if self._dialogue is not None:
            try:
                async with asyncio.timeout(warm_seconds):
                    return await self._mail(self._dialogue, envelope)
            except UnofferedError:
                raise
            except Exception:  # noqa: BLE001 - whatever it was, a new connection will tell.
                self.drop()
        self._dialogue = await self._connector.connect()
        self._refused = False
        return await self._mail(self._dialogue, envelope)

    async def _mail(self, dialogue: Dialogue, envelope: SmtpEnvelope) -> Dialogue:
        if dialogue.is_ahead:
            raise aiosmtplib.SMTPServerDisconnected("The mail relay said something that was not expected")
        if envelope.utf8 and not dialogue.takes_utf8:
            raise UnofferedError(UNOFFERED)
        if self._refused:
            _expect(COMPLETED, await dialogue.ask(RSET))
            self._refused = False
        dialogue.write(envelope.sender + envelope.recipient + DATA if dialogue.pipelines else envelope.sender)
        _expect(COMPLETED, await dialogue.reply())
        return dialogue

    async def _finish(self, dialogue: Dialogue, envelope: SmtpEnvelope, letter: Letter) -> RelayReply:
        """Name the recipient and hand the email over, unless the relay refuses either."""
        named = await (dialogue.reply() if dialogue.pipelines else dialogue.ask(envelope.recipient))
        if named.code not in TAKEN:
            if dialogue.pipelines and named.code != CLOSING:
                await self._take_back(dialogue)
            return self._refuse(named, letter.recipient.text)
        begun = await (dialogue.reply() if dialogue.pipelines else dialogue.ask(DATA))
        if begun.code != START_INPUT:
            return self._refuse(begun)
        ended = await dialogue.ask(dotted(letter.email))
        if ended.code != COMPLETED:
            return self._refuse(ended)
        return RelayReply(SendOutcome.SENT, ended.code, clean(ended.text))

    async def _take_back(self, dialogue: Dialogue) -> None:
        """Read what became of the DATA that followed a refused recipient; where it was taken, end it with nothing.

        RFC 2920, section 3.1. A relay that hangs up instead has said all the same what it says to the recipient.
        """
        try:
            if (await dialogue.reply()).code == START_INPUT:
                await dialogue.ask(b".\r\n")
        except aiosmtplib.SMTPException:
            self.drop()

    def _refuse(self, reply: ServerReply, recipient: str | None = None) -> RelayReply:
        self._refused = True
        if reply.code == CLOSING:
            self.drop()
        return refused(reply, recipient)

    def drop(self) -> None:
        """Close the connection without a word."""
        dialogue, self._dialogue = self._dialogue, None
        if dialogue is not None:
            dialogue.close()

    async def quit(self) -> None:
        """Close the connection as RFC 5321, section 4.1.1.10, has it, or else without a word."""
        try:
            async with asyncio.timeout(QUIT_SECONDS):
                if self._dialogue is not None and self._dialogue.is_open:
                    await self._dialogue.ask(QUIT)
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            self.drop()
