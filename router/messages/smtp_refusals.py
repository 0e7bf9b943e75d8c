"""Whether a mail server's permanent refusal (5xx) concerns the address or the sender.

Sources of the rows:
- RFC 5321, section 4.2.3, and RFC 7504: reply codes without an enhanced code.
- RFC 3463 and the IANA registry of enhanced status codes (RFC 5248): RFC 4954 (authentication), RFC 7293 (owners),
  RFC 7372 (SPF and DKIM), RFC 7505 (null MX).
- Google: "SMTP errors and codes", support.google.com/a/answer/3726730.
- Microsoft: "Non-delivery reports in Exchange Online", learn.microsoft.com.
- Yahoo: "SMTP error codes", senders.yahooinc.com.
- Amazon SES, SendGrid and Mailgun, which answer to an account's state and quota with 5.3.x, 5.4.x or a bare 550 or 554.
- Postfix, "SMTPD_ACCESS_README": replies to RCPT name in front what was refused: the recipient, the sender, the client.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What a refusal is about."""

    # This address: the notification is parked.
    ADDRESS = "address"
    # The sender, the account or quota: nothing more is sent for a while, and no notification is charged.
    RELAY = "relay"
    # What the relay lets pass: likewise, once emails of a second practice are refused alike.
    POLICY = "policy"
    # Either: it is the address, unless others are refused alike; see router.messages.relay_health.
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """Enhanced codes from the first to the last, both included, and what they are about."""

    first: tuple[int, int]
    last: tuple[int, int]
    about: About
    meaning: str


def _row(codes: str, about: About, meaning: str) -> RefusalRow:
    """Read `5.1.1` or `5.1.1-5.1.4`."""
    first, _, last = codes.partition("-")
    return RefusalRow(_detail(first), _detail(last or first), about, meaning)


def _detail(code: str) -> tuple[int, int]:
    _, subject, detail = code.split(".")
    return int(subject), int(detail)


# The first row that fits decides; what no row names is unclear.
ENHANCED_CODES = (
    _row("5.1.0", About.UNCLEAR, "other address status"),
    _row("5.1.1-5.1.4", About.ADDRESS, "no such mailbox or domain, bad syntax, ambiguous"),
    _row("5.1.6", About.ADDRESS, "the mailbox has moved"),
    _row("5.1.7-5.1.8", About.RELAY, "the sender's address or domain"),
    _row("5.1.9", About.ADDRESS, "passed on to a mailer that doesn't comply"),
    _row("5.1.10", About.ADDRESS, "the domain takes no mail (RFC 7505); no such recipient (Microsoft)"),
    _row("5.1.90", About.RELAY, "the sender's daily quota (Microsoft)"),
    _row("5.2.1-5.2.4", About.ADDRESS, "mailbox disabled, full, too small; mailing list"),
    _row("5.2.0", About.UNCLEAR, "other mailbox status"),
    _row("5.2.12-5.2.122", About.ADDRESS, "the recipient's own limits (Microsoft)"),
    _row("5.3.1-5.3.5", About.RELAY, "the mail system: full, closed, misconfigured"),
    _row("5.3.190", About.ADDRESS, "journaling to this recipient isn't supported (Microsoft)"),
    _row("5.4.1", About.ADDRESS, "the recipient's domain refuses the recipient (Microsoft)"),
    _row("5.4.4", About.ADDRESS, "no route to the recipient's domain"),
    _row("5.4.5", About.RELAY, "daily sending limit exceeded (Google)"),
    _row("5.4.6", About.ADDRESS, "routing loop of the recipient's domain"),
    _row("5.4.14", About.ADDRESS, "routing loop of the recipient's domain (Microsoft)"),
    _row("5.4.310-5.4.317", About.ADDRESS, "the recipient's domain: DNS, connection, DANE (Microsoft)"),
    _row("5.5.0-5.5.999", About.RELAY, "the protocol: command, syntax, authentication needed (Google 5.5.1)"),
    _row("5.6.0-5.6.999", About.UNCLEAR, "the content, which is the same in every email"),
    _row("5.7.2", About.ADDRESS, "may not expand this mailing list"),
    _row("5.7.12", About.ADDRESS, "the recipient's organisation takes no mail from outside (Microsoft)"),
    _row("5.7.17-5.7.18", About.ADDRESS, "the mailbox or domain has a new owner (RFC 7293)"),
    _row("5.7.124-5.7.125", About.ADDRESS, "not among the allowed senders of this group (Microsoft)"),
    _row("5.7.129", About.ADDRESS, "only some senders may write to this recipient (Microsoft)"),
    _row("5.7.133-5.7.136", About.ADDRESS, "the recipient takes no mail from outside (Microsoft)"),
    _row("5.7.193", About.ADDRESS, "the recipient takes no mail from guests (Microsoft)"),
    _row("5.7.0-5.7.1", About.POLICY, "refused by policy, for its content or without a reason"),
    _row("5.7.9", About.POLICY, "refused by policy (Yahoo); authentication too weak (RFC 4954)"),
    _row("5.7.3-5.7.999", About.RELAY, "not allowed to send: authentication, permission, policy, reputation, quota"),
)

# Replies without an enhanced code. What isn't named is unclear: 550 to 554 are used for everything.
AUTHENTICATION = (530, 534, 535, 538)
BASIC_CODES = {
    **dict.fromkeys((500, 501, 502, 503, 504), About.RELAY),
    521: About.RELAY,
    **dict.fromkeys(AUTHENTICATION, About.RELAY),
    551: About.ADDRESS,
    553: About.ADDRESS,
    556: About.ADDRESS,
}
# In reply to RCPT, 521 is what the recipient's server says to the relay (RFC 7504, section 4): it takes no mail at all.
BASIC_CODES_AT_RECIPIENT = BASIC_CODES | {521: About.ADDRESS}
# Where the reply has no enhanced code either, its words: mail servers' own, in the order in which they are looked for.
# Those about the sender count more than the codes 551 and 553, which qmail and others also answer to a sender.
SENDERS_FAULT = re.compile(
    r"\b(quota exceeded for sender|daily .{0,20}(limit|quota)|sending (limit|quota|suspended|paused)|rate limit|"
    r"maximum credits|max (emails|defers)|authentication (is )?required|(not |un)authenticated|invalid credentials|"
    r"relay(ing)? (access )?denied|allowed rcpthosts|sender (address )?(rejected|denied)|mail from|from address|"
    r"not owned by|not (allowed|permitted|authorized) to (send|perform)|address is not verified|client host|"
    r"account (is )?(suspended|disabled))",
    re.IGNORECASE,
)
# Exim asks the sender's mail server about the sender, and quotes what it answered: "User unknown" is about them.
SENDER_VERIFIED = re.compile(r"\b(sender verif(y|ication)|verification failed for <)", re.IGNORECASE)
WORDS = (
    (About.RELAY, SENDERS_FAULT),
    (About.POLICY, re.compile(r"\b(spam|blacklist|block ?list)", re.IGNORECASE)),
    (
        About.ADDRESS,
        re.compile(
            r"\b((no such|unknown|invalid) (user|recipient|mailbox|address)|(user|recipient|mailbox) "
            r"(is )?(unknown|unavailable|not found|disabled|full)|does(n't| not) exist)\b",
            re.IGNORECASE,
        ),
    ),
)
# Words about the recipient in a reply to RCPT, and words about who sends, beside which those say little.
RECIPIENT = re.compile(
    r"\b(recipients?|rcpt(hosts)?|users?|accounts?|address(es)?|mail ?box(es)?|addressee|relay(ing)?)\b", re.IGNORECASE
)
SENDER = re.compile(
    r"\b(sender|sending|mail from|from address|send as|client|helo|ehlo|credentials?|authenticat\w*|log ?in|ip address|"
    r"your (ip|server|host|domain|network|account|address)|limit|quota|rate|reputation|spam\w*|"
    r"black ?list\w*|block ?list\w*|blocked using)\b",
    re.IGNORECASE,
)
RELAYING = re.compile(r"\brelay", re.IGNORECASE)
# What a relay says of who sends, in whatever words.
PLAIN_SUBJECTS = range(1, 5)
# Where it stands in front (RFC 2034), some write `#`; qmail writes it behind, in brackets.
ENHANCED = re.compile(r"^\s*#?5\.(\d{1,3})\.(\d{1,3})\b|\(#5\.(\d{1,3})\.(\d{1,3})\)\s*$")
PERMANENT = 500
# Addresses, and words with digits in them: queue ids, hosts and times differ in every reply.
CHANGING = re.compile(r"<[^>]*>|\S*@\S*|\S*\d\S*")
SIGNATURE_LIMIT = 200


def about(code: int | None, text: str) -> About:
    """Say what a 5xx reply to RCPT, DATA or the email itself is about. A reply with another code is unclear."""
    return _about(code, text, BASIC_CODES)


def _about(code: int | None, text: str, basic_codes: Mapping[int, About]) -> About:
    if code is None or code < PERMANENT:
        return About.UNCLEAR
    if SENDER_VERIFIED.search(text):
        return About.RELAY
    detail = _enhanced(text)
    is_senders = SENDERS_FAULT.search(text) is not None
    if detail:
        found = next((row.about for row in ENHANCED_CODES if row.first <= detail <= row.last), About.UNCLEAR)
        return About.RELAY if found is About.POLICY and (is_senders or code in AUTHENTICATION) else found
    if code in basic_codes:
        found = About.RELAY if is_senders else basic_codes[code]
        return About.UNCLEAR if found is About.ADDRESS and (SENDER.search(text) or RELAYING.search(text)) else found
    return next((found for found, words in WORDS if words.search(text)), About.UNCLEAR)


def _enhanced(text: str) -> tuple[int, int] | None:
    """The subject and the detail of the enhanced code."""
    found = ENHANCED.search(text)
    if found is None:
        return None
    subject, detail = found.groups()[:2] if found[1] else found.groups()[2:]
    return int(subject), int(detail)


def about_at_recipient(code: int | None, text: str, recipient: str) -> About:
    """Like `about`, for a reply to RCPT: if it names the recipient, it may be about the address alone."""
    found = _about(code, text, BASIC_CODES_AT_RECIPIENT)
    enhanced = _enhanced(text)
    if found not in {About.RELAY, About.POLICY} or (enhanced and enhanced[0] in PLAIN_SUBJECTS):
        return found
    is_named = recipient.casefold() in text.casefold()
    return About.UNCLEAR if is_named or (RECIPIENT.search(text) and not SENDER.search(text)) else found


def signature(code: int | None, text: str) -> str:
    """What replies of the same kind have in common: the codes and words, without the parts that vary."""
    enhanced = _enhanced(text)
    # An enhanced code is a word with digits in it.
    words = " ".join(CHANGING.sub(" ", text).lower().split())
    return f"{code} {'5.{}.{}'.format(*enhanced) if enhanced else ''} {words}"[:SIGNATURE_LIMIT]
