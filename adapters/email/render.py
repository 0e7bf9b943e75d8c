"""Notifications as email: rendered once for each kind to checked text, then only validated fields are filled in.

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

from router.messages.notification import Kind, Mail
from router.practice.email_addresses import MailAddress, cleaned_address, mail_address
from router.text import problem_with


@dataclass(frozen=True, slots=True)
class Wording:
    """What an email of one kind says; nothing of it depends on a message."""

    subject: str
    explanation: str
    action: str
    footer: str


UNANSWERED = "Nobody reads replies to this address."
WORDINGS = {
    Kind.STAFF_DELIVERY: Wording(
        subject="You have a new message",
        explanation="Somebody has written to you or to your team through the patient portal. "
        "To protect their privacy, this email says nothing about it. Sign in to read it.",
        action="Open the inbox",
        footer=f"You get this email because the message was routed to you. {UNANSWERED}",
    ),
    Kind.STAFF_REMINDER: Wording(
        subject="A message is waiting for you",
        explanation="A message in your inbox has been waiting for some time. "
        "To protect the patient's privacy, this email says nothing about it. Sign in to read it.",
        action="Open the inbox",
        footer=f"You get this email because the message is in your inbox. {UNANSWERED}",
    ),
    Kind.STAFF_ALERT: Wording(
        subject="A message is overdue",
        explanation="A message of your practice has not been answered in time. "
        "To protect the patient's privacy, this email says nothing about it. Sign in to see who has it.",
        action="Open the list of overdue messages",
        footer=f"You get this email because you administer the portal. {UNANSWERED}",
    ),
    # It names no care team: a phone's lock screen shows the subject, and a bill is answered by other people.
    Kind.PATIENT_REPLY: Wording(
        subject="You have a new message",
        explanation="There is a new message for you. "
        "To protect your privacy, this email says nothing about it. Sign in to read it.",
        action="Read the message",
        footer=f"You get this email because you asked to be told. {UNANSWERED} "
        "In an emergency, call your local emergency number.",
    ),
    Kind.STAFF_INVITATION: Wording(
        subject="Choose your password",
        explanation="A portal administrator of your practice has invited you to read and answer what patients write "
        "through the portal. Choose a password, and sign in with it from then on. This works once, within 72 hours.",
        action="Choose a password",
        footer=f"If you don't know why you get this, ask your portal administrator. {UNANSWERED}",
    ),
    Kind.PASSWORD_RESET: Wording(
        subject="Choose a new password",
        explanation="A portal administrator of your practice has sent you this link to choose a new password. "
        "Your old one works until you do. This works once, within 72 hours.",
        action="Choose a new password",
        footer=f"If you did not ask for this, tell your portal administrator. {UNANSWERED}",
    ),
}

# Fields are put where these stand, each as often as it says; no template holds them by chance.
TO, MESSAGE_ID = "to-7f3a@field.invalid", "<id-7f3a@field.invalid>"
LINK, HTML_LINK = "link-7f3a-text", "link-7f3a-html"
DATE = "Thu, 01 Jan 1970 00:00:00 +0000"
TIMES = {TO: 1, MESSAGE_ID: 1, DATE: 1, LINK: 1, HTML_LINK: 2}
FIELD = re.compile(f"({'|'.join(re.escape(field) for field in TIMES)})")
BOUNDARY = "=_alternative_7f3a"

# Mailboxes of RFC 5321, section 4.1.2, without quoting and address literals: what can stand in a header as it is.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"(?=.{{1,64}}@)(?=.{{1,254}}\Z){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})*")
LINK_TEXT = re.compile(r"https?://[^\x00-\x20\x7f-\U0010ffff\"<>\\]+")
# RFC 5322, section 2.1.1: at most 998 characters a line; a link stands on a line with a little more.
LINE_LIMIT = 998
LINK_LIMIT = 900


# Encoded, it stands on one line of the header.
SENDER_NAME_LIMIT = 78
SENDER = re.compile(r"([^<>]*)<([^<>]*)>")
WRONG_SENDER = "MAIL_FROM must be an email address, such as no-reply@x.example or Name <no-reply@x.example>"


class UnusableFieldError(ValueError):
    """Something can't be put into an email as it is; the text doesn't repeat it."""


class Renderer:
    """Makes the bytes of emails from one sender, `address` or `Name <address>`.

    `sender` is its address. Raises ValueError for a sender that can't stand in a header.
    """

    def __init__(self, mail_from: str) -> None:
        header = read_sender(mail_from)
        self.sender = header.addr_spec
        self._domain = header.domain
        self._pieces = {kind: _pieces(header, wording) for kind, wording in WORDINGS.items()}

    def message_id(self, mail: Mail) -> str:
        """Made from the notification's id alone (RFC 5322, section 3.6.4): a repeat after a crash is the same email."""
        return f"<{mail.notification}@{self._domain}>"

    def render(self, mail: Mail, at: datetime) -> bytes:
        """The email with CRLF line ends, ready for DATA. Raises UnusableFieldError for a bad address or link."""
        return self.letter(mail, at)[1]

    def letter(self, mail: Mail, at: datetime) -> tuple[MailAddress, bytes]:
        """The same, with the address that it is sent to."""
        address = _check(mail)
        fields = {
            TO: address.text,
            MESSAGE_ID: self.message_id(mail),
            DATE: format_datetime(at),
            LINK: mail.link,
            HTML_LINK: escape(mail.link),
        }
        # Only an address can be beyond ASCII (RFC 6532, section 3.2).
        return address, "".join([fields.get(piece, piece) for piece in self._pieces[mail.kind]]).encode()


def _check(mail: Mail) -> MailAddress:
    """Nothing that could end a header, begin another one or make a line too long gets into an email."""
    # Most addresses are plain: reading the others takes longer than the rest of the email.
    plain = ADDRESS.fullmatch(mail.recipient) is not None
    address = MailAddress(mail.recipient, utf8=False) if plain else mail_address(cleaned_address(mail.recipient))
    if address is None or not (address.utf8 or ADDRESS.fullmatch(address.text)):
        raise UnusableFieldError("the address can't be used in an email")
    if not LINK_TEXT.fullmatch(mail.link) or len(escape(mail.link)) > LINK_LIMIT:
        raise UnusableFieldError("the link can't be used in an email")
    return address


def read_sender(mail_from: str) -> Address:
    """Read MAIL_FROM: an address, perhaps with a display name before it, in ASCII or not (RFC 2047).

    Raises ValueError with a line that doesn't echo it.
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


def _pieces(mail_from: Address, wording: Wording) -> list[str]:
    """The email, cut at its fields."""
    message = EmailMessage(policy=SMTP.clone(max_line_length=None))
    message["From"] = mail_from
    message["To"] = Address(addr_spec=TO)
    message["Subject"] = wording.subject
    message["Date"] = DATE
    message["Message-ID"] = MESSAGE_ID
    # RFC 3834, section 5: no automatic answers to this, please; the second is what Exchange looks at.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    text, html = _texts(wording)
    message.set_content(text, cte="7bit")
    message.add_alternative(html, subtype="html", cte="7bit")
    message.set_boundary(BOUNDARY)
    return _checked(message.as_bytes().decode("ascii"))


def _texts(wording: Wording) -> tuple[str, str]:
    environment = Environment(
        loader=PackageLoader("adapters.email"), autoescape=select_autoescape(["html"]), undefined=StrictUndefined
    )
    fields = {name: getattr(wording, name) for name in Wording.__slots__}
    text = environment.get_template("base.txt").render(fields, link=LINK)
    return text, environment.get_template("base.html").render(fields, link=HTML_LINK)


def _checked(email: str) -> list[str]:
    """Cut it, having made sure that each field is there and each line short enough."""
    if any(email.count(field) != times for field, times in TIMES.items()):
        raise ValueError("the template of an email lost one of its fields")
    if any(len(line) > LINE_LIMIT - LINK_LIMIT for line in email.split("\r\n") if LINK in line or HTML_LINK in line):
        raise ValueError("the template of an email has a line with a link and too much besides")
    return FIELD.split(email)
