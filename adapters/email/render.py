"""Notifications as email: rendered once for each kind to checked bytes, then only validated fields are filled in.

Building an EmailMessage takes longer than the SMTP exchange itself, so that it is done once and not for each mail.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from router.notification import Kind, Mail


@dataclass(frozen=True, slots=True)
class Wording:
    """What an email of one kind says; nothing of it depends on a message."""

    subject: str
    headline: str
    explanation: str
    action: str
    footer: str


WORDINGS = {
    Kind.STAFF_DELIVERY: Wording(
        subject="A new message is in your inbox",
        headline="A new message is in your inbox",
        explanation="Somebody has written to you or to your team through the patient portal. "
        "To protect their privacy, this email says nothing about it. Sign in to read it.",
        action="Open the inbox",
        footer="You get this email because the message was routed to you. Nobody reads replies to this address.",
    ),
    Kind.PATIENT_REPLY: Wording(
        subject="You have a new message",
        headline="You have a new message",
        explanation="There is a new message for you. "
        "To protect your privacy, this email says nothing about it. Sign in to read it.",
        action="Read the message",
        footer="You get this email because you asked to be told. Nobody reads replies to this address. "
        "In an emergency, call your local emergency number.",
    ),
}

# Fields are put where these stand; each is unlikely enough to occur nowhere else.
TO, MESSAGE_ID, LINK = "to-7f3a@field.invalid", "<id-7f3a@field.invalid>", "link-7f3a"
DATE = "Thu, 01 Jan 1970 00:00:00 +0000"

# RFC 5321 mailboxes without quoting and comments, in ASCII: what can be put into a header as it is.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
LINK_TEXT = re.compile(r"https?://[!-~]{1,600}")


class UnusableAddressError(ValueError):
    """The recipient's address can't be put into an email."""


class Renderer:
    """Makes the bytes of emails from one sender."""

    def __init__(self, mail_from: str) -> None:
        self.mail_from = mail_from
        self._domain = mail_from.rpartition("@")[2]
        self._templates = {kind: _template(mail_from, wording) for kind, wording in WORDINGS.items()}

    def message_id(self, mail: Mail) -> str:
        """Made from the notification's id alone, so that a repeat after a crash is the same email."""
        return f"<{mail.notification}@{self._domain}>"

    def render(self, mail: Mail, at: datetime) -> bytes:
        """The email with CRLF line ends, ready for DATA.

        Raises UnusableAddressError for an address that can't stand in a header, and ValueError for such a link.
        """
        if not ADDRESS.fullmatch(mail.recipient):
            raise UnusableAddressError("the address can't be used in an email")
        if not LINK_TEXT.fullmatch(mail.link):
            raise ValueError("the link can't be used in an email")
        text, html = self._templates[mail.kind]
        head = text.replace(TO, mail.recipient).replace(MESSAGE_ID, self.message_id(mail))
        filled = head.replace(DATE, format_datetime(at)).replace(LINK, mail.link)
        return (filled + html.replace(LINK, escape(mail.link))).encode("ascii")


def _template(mail_from: str, wording: Wording) -> tuple[str, str]:
    """The email in two parts, before and from its HTML on, as links are escaped there only."""
    environment = Environment(
        loader=PackageLoader("adapters.email"), autoescape=select_autoescape(["html"]), undefined=StrictUndefined
    )
    fields = {name: getattr(wording, name) for name in Wording.__slots__} | {"link": LINK}
    message = EmailMessage(policy=SMTP.clone(max_line_length=None))
    message["From"] = Address(addr_spec=mail_from)
    message["To"] = Address(addr_spec=TO)
    message["Subject"] = wording.subject
    message["Date"] = DATE
    message["Message-ID"] = MESSAGE_ID
    # RFC 3834, section 5: no automatic answers to this, please.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(environment.get_template("base.txt").render(fields), cte="7bit")
    message.add_alternative(environment.get_template("base.html").render(fields), subtype="html", cte="7bit")
    return _split(message.as_bytes().decode("ascii"))


def _split(email: str) -> tuple[str, str]:
    at = email.index("Content-Type: text/html")
    text, html = email[:at], email[at:]
    if any(text.count(field) != 1 for field in (TO, MESSAGE_ID, DATE)) or LINK not in text or LINK not in html:
        raise ValueError("the template of an email lost one of its fields")
    return text, html
