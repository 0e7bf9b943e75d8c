"""Renders notifications as email: each kind is built and checked once, and each email only fills in validated fields.

Building an EmailMessage takes longer than the SMTP exchange itself, so it isn't repeated for every email.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.quoprimime import body_encode
from email.utils import format_datetime
from functools import lru_cache, partial
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from adapters.email.wording import Wording, wording_of
from router.messages.notification import Kind, Mail
from router.practice.email_addresses import MailAddress, cleaned_address, mail_address
from router.text import problem_with

# Placeholders for the fields, and how often each must appear. Each process draws its own: the name that a practice has
# in emails is part of the template, and nobody can choose one that contains a placeholder.
MARK = secrets.token_hex(8)
TO, MESSAGE_ID, DATE = f"to-{MARK}@field.invalid", f"<id-{MARK}@field.invalid>", f"date-{MARK}"
LINK, HTML_LINK = f"link-{MARK}-text", f"link-{MARK}-html"
# The address to unsubscribe, which stands in a header as well.
UNSUBSCRIBE_HEADER, UNSUBSCRIBE, HTML_UNSUBSCRIBE = (
    f"unsubscribe-{MARK}-header",
    f"unsubscribe-{MARK}-text",
    f"unsubscribe-{MARK}-html",
)
TIMES = {TO: 1, MESSAGE_ID: 1, DATE: 1, LINK: 1, HTML_LINK: 2}
UNSUBSCRIBE_TIMES = {UNSUBSCRIBE_HEADER: 1, UNSUBSCRIBE: 1, HTML_UNSUBSCRIBE: 1}
FIELD = re.compile(f"({'|'.join(re.escape(field) for field in TIMES | UNSUBSCRIBE_TIMES)})")
BOUNDARY = "=_alternative_7f3a"

# Mailboxes as in RFC 5321, section 4.1.2, without quoted local parts or address literals: safe in a header as they are.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"(?=.{{1,64}}@)(?=.{{1,254}}\Z){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})*")
LINK_TEXT = re.compile(r"https?://[^\x00-\x20\x7f-\U0010ffff\"<>\\]+")
# RFC 5322, section 2.1.1: at most 998 characters per line. A link shares its line with a little other text.
LINE_LIMIT = 998
LINK_LIMIT = 900

# RFC 2045, section 6.7: a line of quoted-printable has at most so many characters.
QUOTED_LINE = 76
# Practices with a name of their own in emails, whose templates are kept.
TEMPLATES_KEPT = 500

# Short enough to fit on one line of the header once encoded.
SENDER_NAME_LIMIT = 78
SENDER = re.compile(r"([^<>]*)<([^<>]*)>")
WRONG_SENDER = "MAIL_FROM must be an email address, such as no-reply@x.example or Name <no-reply@x.example>"


class UnusableFieldError(ValueError):
    """A field can't be used in an email. The error text doesn't repeat its value."""


@dataclass(frozen=True, slots=True)
class Design:
    """What emails of one template have in common; see router.messages.notification.Mail.

    `unsubscribe_scheme` is the scheme of the address to unsubscribe, empty where there is none.
    """

    kind: Kind
    sender: str
    to_portal: bool
    urgent: bool
    unsubscribe_scheme: str


@dataclass(frozen=True, slots=True)
class Template:
    """An email, split at its fields; `is_quoted` says that its text is quoted-printable (RFC 2045, section 6.7)."""

    pieces: list[str]
    is_quoted: bool

    def written(self, link: str) -> str:
        """A link as the text writes it."""
        return body_encode(link, eol="\r\n") if self.is_quoted else link


class Renderer:
    """Renders emails from one sender, given as `address` or `Name <address>`.

    `sender` is the address alone. Raises ValueError if the sender can't be used in a header.
    """

    def __init__(self, mail_from: str) -> None:
        header = read_sender(mail_from)
        self.sender = header.addr_spec
        self._domain = header.domain
        # Made once for each kind of email and each practice that has a name in emails.
        self._template = lru_cache(TEMPLATES_KEPT)(partial(_template, header))

    def message_id(self, mail: Mail) -> str:
        """The Message-ID (RFC 5322, section 3.6.4), derived from the notification so that a resend has the same one."""
        return f"<{mail.notification}@{self._domain}>"

    def render(self, mail: Mail, at: datetime) -> bytes:
        """Return the email with CRLF line endings, ready for DATA. Raises UnusableFieldError for a bad field."""
        return self.letter(mail, at)[1]

    def letter(self, mail: Mail, at: datetime) -> tuple[MailAddress, bytes]:
        """Return the recipient's address and the rendered email. Raises UnusableFieldError as `render` does."""
        address = _check(mail)
        scheme = mail.unsubscribe.partition(":")[0]
        template = self._template(Design(mail.kind, mail.sender, mail.to_portal, mail.urgent, scheme))
        fields = {
            TO: address.text,
            MESSAGE_ID: self.message_id(mail),
            DATE: format_datetime(at),
            LINK: template.written(mail.link),
            HTML_LINK: escape(mail.link),
            UNSUBSCRIBE_HEADER: mail.unsubscribe,
            UNSUBSCRIBE: template.written(mail.unsubscribe),
            HTML_UNSUBSCRIBE: escape(mail.unsubscribe),
        }
        # Only an address can contain non-ASCII characters (RFC 6532, section 3.2).
        return address, "".join([fields.get(piece, piece) for piece in template.pieces]).encode()


def _check(mail: Mail) -> MailAddress:
    """Refuse any field that could end a header, start another one or make a line too long."""
    # Most addresses are plain. Parsing the others takes longer than rendering the rest of the email.
    plain = ADDRESS.fullmatch(mail.recipient) is not None
    address = MailAddress(mail.recipient, utf8=False) if plain else mail_address(cleaned_address(mail.recipient))
    if address is None or not (address.utf8 or ADDRESS.fullmatch(address.text)):
        raise UnusableFieldError("the address can't be used in an email")
    links = (mail.link, mail.unsubscribe) if mail.unsubscribe else (mail.link,)
    if any(not LINK_TEXT.fullmatch(link) or len(escape(link)) > LINK_LIMIT for link in links):
        raise UnusableFieldError("the link can't be used in an email")
    return address


def read_sender(mail_from: str) -> Address:
    """Parse MAIL_FROM: an address, optionally preceded by a display name, which may be non-ASCII (RFC 2047).

    Raises ValueError with a message that doesn't repeat the value.
    """
    named = SENDER.fullmatch(mail_from.strip())
    name, address = (named[1], named[2]) if named else ("", mail_from.strip())
    found = mail_address(address)
    if found is None or not ADDRESS.fullmatch(found.text):
        raise ValueError(WRONG_SENDER)
    name = name.strip()
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = re.sub(r"\\(.)", r"\1", name[1:-1]).strip()
    if name and problem_with(name, SENDER_NAME_LIMIT):
        raise ValueError(WRONG_SENDER)
    return Address(display_name=name, addr_spec=found.text)


def _template(mail_from: Address, design: Design) -> Template:
    """Build the email and split it at its fields; a sender that the practice has named is in From: and in the text."""
    wording, sender = wording_of(design.kind, with_portal=design.to_portal), design.sender
    text, html = _texts(wording, design)
    is_quoted = not text.isascii()
    message = EmailMessage(policy=SMTP.clone(max_line_length=QUOTED_LINE if is_quoted else None))
    message["From"] = Address(display_name=sender, addr_spec=mail_from.addr_spec) if sender else mail_from
    message["To"] = Address(addr_spec=TO)
    # It says nothing of the patient.
    message["Subject"] = f"Urgent: {wording.subject}" if design.urgent else wording.subject
    message["Message-ID"] = MESSAGE_ID
    # RFC 3834, section 5: ask for no automatic replies. Exchange honours the second header.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    for name, value in _unsubscribe_headers(design.unsubscribe_scheme).items():
        message[name] = value
    message.set_content(text, cte="quoted-printable" if is_quoted else "7bit")
    message.add_alternative(html, subtype="html", cte="7bit")
    message.set_boundary(BOUNDARY)
    times = TIMES | UNSUBSCRIBE_TIMES if design.unsubscribe_scheme else TIMES
    # The email package would refuse a date that is none yet.
    email = f"Date: {DATE}\r\n{message.as_bytes().decode('ascii')}"
    return Template(_checked(email, times), is_quoted)


def _unsubscribe_headers(scheme: str) -> dict[str, str]:
    """The address in a header for mail programs (RFC 2369), which may post to it where it is TLS (RFC 8058)."""
    if not scheme:
        return {}
    by_address = {"List-Unsubscribe": f"<{UNSUBSCRIBE_HEADER}>"}
    return by_address | {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if scheme == "https" else by_address


def _texts(wording: Wording, design: Design) -> tuple[str, str]:
    """The text, and the HTML in ASCII: other characters are references."""
    environment = Environment(
        loader=PackageLoader("adapters.email"), autoescape=select_autoescape(["html"]), undefined=StrictUndefined
    )
    fields = {name: getattr(wording, name) for name in Wording.__slots__} | {"sender": design.sender}
    unsubscribe, html_unsubscribe = (UNSUBSCRIBE, HTML_UNSUBSCRIBE) if design.unsubscribe_scheme else ("", "")
    text = environment.get_template("base.txt").render(fields, link=LINK, unsubscribe=unsubscribe)
    html = environment.get_template("base.html").render(fields, link=HTML_LINK, unsubscribe=html_unsubscribe)
    return text, html.encode("ascii", "xmlcharrefreplace").decode()


def _checked(email: str, times: Mapping[str, int]) -> list[str]:
    """Split the email at its fields, after checking that no field is missing and no line is too long."""
    if any(email.count(field) != count for field, count in times.items()):
        raise ValueError("an email template is missing a field")
    links = (LINK, HTML_LINK, *UNSUBSCRIBE_TIMES)
    if any(len(line) > LINE_LIMIT - LINK_LIMIT for line in email.split("\r\n") if any(link in line for link in links)):
        raise ValueError("a line with a link is too long in an email template")
    return FIELD.split(email)
