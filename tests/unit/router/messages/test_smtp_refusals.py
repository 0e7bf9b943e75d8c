"""What a permanent refusal is about."""

import pytest

from router.messages.smtp_refusals import ENHANCED_CODES, About, about, about_at_recipient, signature


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (550, "5.1.1 <x@y.example>: Recipient address rejected: User unknown", About.ADDRESS),
        (550, "5.1.2 bad domain", About.ADDRESS),
        (501, "5.1.3 bad syntax", About.ADDRESS),
        (550, "5.2.1 mailbox disabled", About.ADDRESS),
        (552, "5.2.2 over quota", About.ADDRESS),
        (556, "5.1.10 null MX", About.ADDRESS),
        (550, "5.7.129 RESOLVER.RST.SenderNotInAllowedSendersList", About.ADDRESS),
        (550, "5.7.60 SMTP; Client does not have permissions to send as this sender", About.RELAY),
        (550, "5.4.5 Daily user sending limit exceeded", About.RELAY),
        (553, "5.1.8 sender's domain doesn't resolve", About.RELAY),
        (554, "5.7.1 Relay access denied", About.RELAY),
        (530, "5.5.1 Authentication Required", About.RELAY),
        (550, "5.7.708 Service unavailable. Access denied, traffic not accepted from this IP", About.RELAY),
        (550, "5.0.0 nope", About.UNCLEAR),
        (554, "5.6.0 content rejected", About.UNCLEAR),
        (550, "5.99.1 unheard of", About.UNCLEAR),
        (550, "5.1.11 between two rows", About.UNCLEAR),
        (530, "Authentication required", About.RELAY),
        (553, "mailbox name not allowed", About.ADDRESS),
        (550, "No such user here", About.ADDRESS),
        (550, "Daily sending quota exceeded", About.RELAY),
        (554, "Transaction failed", About.UNCLEAR),
        (550, "see 5.1.1 elsewhere", About.UNCLEAR),
        (450, "4.7.1 greylisted", About.UNCLEAR),
        (None, "5.7.1 not a reply", About.UNCLEAR),
    ],
)
def test_a_refusal_speaks_of_the_address_or_of_who_sends(code, text, expected) -> None:
    assert about(code, text) is expected


QMAIL = "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"
NOT_OWNED = "Sender address rejected: not owned by user no-reply@portal.example"
EXIM = (
    "Verification failed for <no-reply@portal.example>\nCalled: 192.0.2.1\nSent: RCPT TO:<no-reply@portal.example>\n"
    "Response: 550 5.1.1 <no-reply@portal.example>: Recipient address rejected: User unknown\nSender verify failed"
)


@pytest.mark.parametrize(
    ("code", "text", "after_data", "at_recipient"),
    [
        # qmail, Postfix, netqmail and Exim; 551 and 553 are said of senders, too.
        (553, QMAIL, About.RELAY, About.UNCLEAR),
        (553, QMAIL.replace(" (#5.7.1)", ""), About.RELAY, About.UNCLEAR),
        (553, "Mail from must equal authorized user", About.RELAY, About.RELAY),
        (553, NOT_OWNED, About.RELAY, About.RELAY),
        (553, "We do not relay non-local mail, sorry.", About.UNCLEAR, About.UNCLEAR),
        (553, "your domain is not known here", About.UNCLEAR, About.UNCLEAR),
        (551, "not our customer / relaying denied", About.RELAY, About.UNCLEAR),
        (551, "User not local; please try <x@y.example>", About.ADDRESS, About.ADDRESS),
        (550, EXIM, About.RELAY, About.RELAY),
        (550, EXIM.replace("\n", " "), About.RELAY, About.RELAY),
        (550, "Sender verify failed", About.RELAY, About.RELAY),
        (530, "5.7.0 Must issue a STARTTLS command first", About.RELAY, About.RELAY),
        (554, "Sending suspended for this account", About.RELAY, About.RELAY),
        # What is said of an account or an address in reply to RCPT may be about that of the recipient.
        (550, "Account disabled", About.RELAY, About.UNCLEAR),
        (550, "Your account is suspended", About.RELAY, About.RELAY),
        (501, "Invalid Address", About.RELAY, About.UNCLEAR),
        # A domain that takes no mail: the recipient's where the relay says it of the recipient (RFC 7504).
        (521, "mail.a.example does not accept mail", About.RELAY, About.ADDRESS),
        (521, "Your IP address is blocked", About.RELAY, About.UNCLEAR),
        (521, "Mail from must equal authorized user", About.RELAY, About.RELAY),
        # Where the enhanced code may stand.
        (550, "#5.1.1 Address rejected", About.ADDRESS, About.ADDRESS),
        (550, "sorry, no mailbox here by that name. (#5.1.1)", About.ADDRESS, About.ADDRESS),
        (550, "said (#5.1.1) by another", About.UNCLEAR, About.UNCLEAR),
    ],
)
def test_a_refusal_of_the_sender_is_never_charged_to_an_address(code, text, after_data, at_recipient) -> None:
    assert about(code, text) is after_data
    assert about_at_recipient(code, text, "ann@a.example") is at_recipient


def test_every_row_can_be_reached() -> None:
    for row in ENHANCED_CODES:
        text = f"5.{row.first[0]}.{row.first[1]} {row.meaning}"
        assert about(550, text) is row.about, text


def test_two_replies_say_the_same_whatever_changes_in_them() -> None:
    one = signature(554, "5.6.0 Message a81bc to <ann@a.example> refused at 12:01:05")
    other = signature(554, "5.6.0 Message 99fe0 to <ben@b.example> refused at 12:02:44")

    assert one == other
    assert "a.example" not in one
    assert signature(554, "5.6.0 refused") != signature(550, "5.6.0 refused")
    assert signature(554, "refused") != signature(554, "5.6.0 refused")


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        # Postfix, Exchange Online, Exchange, Gmail, sendmail and Yahoo, as they answer to RCPT.
        (550, "5.7.1 <ann@a.example>: Recipient address rejected: Access denied", About.UNCLEAR),
        (554, "5.7.1 <Ann@A.example>: Recipient address rejected: blocked by policy", About.UNCLEAR),
        (550, "5.7.23 <ann@a.example>: Recipient address rejected: SPF fail - not authorized", About.UNCLEAR),
        (554, "5.7.1 <ann@a.example>: Relay access denied", About.UNCLEAR),
        (550, "5.7.1 Unable to relay", About.UNCLEAR),
        (550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain", About.UNCLEAR),
        (550, "5.7.1 <ann@a.example>... user unknown", About.UNCLEAR),
        (550, "5.7.1 The user or domain that you are sending to (or from) has a policy", About.POLICY),
        (550, "5.5.0 Requested action not taken: mailbox unavailable", About.UNCLEAR),
        (501, "bad recipient address syntax", About.UNCLEAR),
        (550, "5.4.1 Recipient address rejected: Access denied. [AM1.example]", About.ADDRESS),
        (552, "5.2.2 The email account that you tried to reach is over quota", About.ADDRESS),
        (550, "5.1.1 The email account that you tried to reach does not exist", About.ADDRESS),
        (554, "5.7.1 <no-reply@x.example>: Sender address rejected: not owned by user portal", About.RELAY),
        (554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example", About.RELAY),
        (550, "5.7.1 Invalid credentials for relay [192.0.2.1]. The IP address you've registered", About.RELAY),
        (550, "5.7.60 SMTP; Client does not have permissions to send as this sender", About.RELAY),
        (550, "5.4.5 Daily user sending limit exceeded", About.RELAY),
        (553, "5.1.8 <ann@a.example>... Domain of sender address does not exist", About.RELAY),
        (550, "5.7.26 This mail has been blocked because the sender is unauthenticated", About.RELAY),
        (550, "5.7.28 unusual rate of mail from your network", About.RELAY),
        (530, "5.7.0 Authentication required", About.RELAY),
        (554, "5.7.9 Message not accepted for policy reasons", About.POLICY),
        (550, "5.7.1 denied", About.POLICY),
        (450, "4.2.1 The user you are trying to contact is receiving mail too quickly", About.UNCLEAR),
        (421, "4.7.0 Try again later", About.UNCLEAR),
    ],
)
def test_a_reply_to_the_recipient_that_names_it_is_about_the_address(code, text, expected) -> None:
    assert about_at_recipient(code, text, "ann@a.example") is expected


@pytest.mark.parametrize(
    "text", ["5.7.1 message looks like spam", "5.7.0 blocked for its content", "Rejected as spam", "5.7.9 policy"]
)
def test_what_a_relay_says_of_an_email_is_policy(text) -> None:
    assert about(554, text) is About.POLICY
