"""Email addresses: cleaning, checking, and the form in which mail is sent to them.

The form is that of RFC 5321 and RFC 6531, as email-validator reads them; domains are turned into ASCII by IDNA 2008.
"""

import html
import re
import unicodedata
from dataclasses import dataclass

import email_validator

from router.text.cleaning import C1, WINDOWS_1252
from router.text.repair import Repair
from router.text.rules import CONTROLS

EMAIL_LIMIT = 254
# What is longer is no address, whatever stands around it: with a name before it and each letter as an HTML entity.
WRITTEN_LIMIT = 4_000
# Letters and their marks may become fewer; what is longer stays as it is, since marks are sorted one by one.
COMPOSED_LIMIT = 4 * EMAIL_LIMIT
NO_ADDRESS = "is not an email address"
NEEDS_SMTPUTF8 = "has letters beyond ASCII before the @, which only a mail relay that offers SMTPUTF8 can send to"
# Such as none@none or x@localhost, in which no mail server of the Internet is named (RFC 7085).
WITHOUT_DOT = "has a domain without a dot, which only a mail relay of the practice's own network can send to"
NO_SUCH_DOMAIN = "is at a domain that is reserved for what doesn't exist (RFC 2606)"
UNSEEN_DROPPED = "had characters in it that nobody sees: they were removed"
PLACEHOLDER = "looks like a placeholder for no address"

# A practice's own mail server may well be at a name that is reserved for local use.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

# What people type where a form demands an address: read without marks between the letters.
PLACEHOLDERS = frozenset(
    {
        "na", "none", "nil", "null", "noaddress", "noemail", "noemailaddress", "nomail", "nobody", "nothing",
        "notavailable", "notprovided", "declined", "donotemail", "refused", "unknown",
    }
)  # fmt: skip
MARKS = re.compile(r"[^a-z0-9]")
# email-validator no longer refuses these, and all below them.
NOT_THERE = ("invalid", "localhost", "test")

# What can't be a part of an address, and gets into one by copying it: marks that nobody sees. Those that join letters
# or keep them apart are a part of words beyond ASCII.
UNSEEN = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
    "|(?<![^\\x00-\\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\\x00-\\x7f])"
)
LINE_ENDS = re.compile("[\t-\r\x85\u2028\u2029]")
MAILTO = re.compile(r"^mailto:\s*", re.IGNORECASE)
IN_BRACKETS = re.compile(r"^[^<>@]*<([^<>]*)>[\s;,.]*$")
AROUND = " \t\r\n\u00a0\u3000;,\"'"
# With controls, fields of a fixed length are filled up.
BEHIND = AROUND + "." + "".join(filter(CONTROLS.match, map(chr, range(0xE000))))


@dataclass(frozen=True, slots=True)
class MailAddress:
    """An address as a mail server takes it: the domain in ASCII; with `utf8` the local part needs SMTPUTF8."""

    text: str
    utf8: bool


def cleaned_address(text: str) -> str:
    """An address without invisible characters, HTML entities, `mailto:`, angle brackets, and marks around it.

    The result may still not be an address; a text that is too long for one is left as it is. A control character in it
    stands for a letter that was lost: without it, it would be another mailbox.
    """
    if len(text.strip()) > WRITTEN_LIMIT:
        return text
    cleaned = UNSEEN.sub("", _read(text)).rstrip(BEHIND).strip(AROUND)
    bracketed = IN_BRACKETS.match(cleaned)
    cleaned = MAILTO.sub("", bracketed[1] if bracketed else cleaned).partition("?")[0].strip(AROUND)
    cleaned = cleaned.rstrip(BEHIND)
    return cleaned if len(cleaned) > COMPOSED_LIMIT else unicodedata.normalize("NFC", cleaned)


def address_repairs(text: str) -> tuple[str, ...]:
    """What cleaning an address puts right that was wrong with it, in words for a report."""
    plain = html.unescape(text)
    has_windows_1252 = any(WINDOWS_1252[ord(letter)] for letter in C1.findall(LINE_ENDS.sub("", plain)))
    said = (Repair.WINDOWS_1252.value, has_windows_1252), (UNSEEN_DROPPED, UNSEEN.search(plain) is not None)
    return tuple(words for words, is_so in said if is_so)


def _read(text: str) -> str:
    """The text without HTML entities, and with the punctuation for which C1 controls stand in place of them."""
    # What stood on two lines is not made one word.
    spaced = LINE_ENDS.sub(" ", html.unescape(text))
    return C1.sub(lambda found: WINDOWS_1252[ord(found[0])] or found[0], spaced)


def mail_address(text: str) -> MailAddress | None:
    """How a mail is sent to a cleaned address; None where it isn't one."""
    if len(text) > EMAIL_LIMIT:
        return None
    try:
        found = email_validator.validate_email(text, check_deliverability=False, globally_deliverable=False)
    except email_validator.EmailNotValidError:
        return None
    return MailAddress(f"{found.local_part}@{found.ascii_domain}", found.smtputf8)


def problem_with_address(text: str) -> str | None:
    """Say in words why a cleaned address can't be one, or None."""
    return None if mail_address(text) else NO_ADDRESS


def doubt_about(text: str) -> str | None:
    """Say in words why an email to a cleaned address is unlikely to reach anybody, or None.

    Such addresses aren't refused, because they may work inside a practice's own network.
    """
    local, _, domain = text.rpartition("@")
    # A domain is turned into ASCII; addresses are mostly ASCII as they are.
    if not local.isascii():
        return NEEDS_SMTPUTF8
    if MARKS.sub("", local.lower()) in PLACEHOLDERS:
        return PLACEHOLDER
    if "." not in domain:
        return WITHOUT_DOT
    return NO_SUCH_DOMAIN if domain.lower().rpartition(".")[2] in NOT_THERE else None
