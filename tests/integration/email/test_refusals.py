"""A real mail server that answers as each row of the table has it, to the recipient and after the email."""

from dataclasses import replace

import pytest

from router.messages.notification import SendOutcome
from router.messages.smtp_refusals import BASIC_CODES, BASIC_CODES_AT_RECIPIENT, ENHANCED_CODES, About
from tests.integration.email.conftest import MailerMaker
from tests.integration.email.mails import AT, mail, mails, outcomes
from tests.servers.smtp import ScriptedSmtpServer

OUTCOMES = {
    About.ADDRESS: SendOutcome.REJECTED,
    About.RELAY: SendOutcome.RELAY,
    About.POLICY: SendOutcome.RELAY,
    About.UNCLEAR: SendOutcome.REJECTED,
}
ROWS = [(f"550 5.{row.first[0]}.{row.first[1]} said so", row.about, row.about) for row in ENHANCED_CODES]
ROWS += [(f"{code} said so", BASIC_CODES_AT_RECIPIENT[code], about) for code, about in BASIC_CODES.items()]


@pytest.mark.parametrize(("answer", "about_recipient", "about_email"), ROWS)
def test_each_row_at_the_recipient_and_after_the_email(
    server: ScriptedSmtpServer, make_mailer: MailerMaker, answer: str, about_recipient: About, about_email: About
) -> None:
    mailer = make_mailer(server.url, connections=1)
    server.script.recipients = {"r1@clinic.example": answer}
    at_recipient = mailer.send([mail(1)], AT)
    server.script.recipients = {}
    server.script.after_data = answer
    after_data = mailer.send([mail(1)], AT)
    server.script.after_data = None

    assert outcomes(at_recipient) == [OUTCOMES[about_recipient]]
    assert outcomes(after_data) == [OUTCOMES[about_email]]
    assert at_recipient[0].code == after_data[0].code == int(answer[:3])
    assert outcomes(mailer.send([mail(1)], AT)) == [SendOutcome.SENT]


def test_a_relay_that_refuses_to_send_is_not_asked_again_and_again(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    server.script.after_data = "550 5.4.5 Daily user sending limit exceeded"

    answers = outcomes(make_mailer(server.url, connections=1).send(mails(20), AT))

    assert answers == [SendOutcome.RELAY] * 3 + [SendOutcome.NOT_BEGUN] * 17


def test_one_refusal_between_emails_that_are_taken_stops_nothing(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    server.script.recipients = {f"r{number}@clinic.example": "554 5.7.1 denied" for number in (2, 4, 6)}

    answers = outcomes(make_mailer(server.url, connections=1).send(mails(7), AT))

    sent, refused = SendOutcome.SENT, SendOutcome.RELAY
    assert answers == [sent, refused, sent, refused, sent, refused, sent]


RECIPIENTS = [
    "550 5.7.1 <r1@clinic.example>: Recipient address rejected: Access denied",
    "550 5.4.1 Recipient address rejected: Access denied",
    "550 5.7.1 <r1@clinic.example>: user unknown",
    "554 5.7.1 <r1@clinic.example>: Relay access denied",
    "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    "550 5.5.0 Requested action not taken: mailbox unavailable",
    "552 5.2.2 mailbox full",
]


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("answer", RECIPIENTS)
def test_what_large_relays_say_of_a_recipient_is_about_the_address(
    server: ScriptedSmtpServer,
    make_mailer: MailerMaker,
    answer: str,
    pipelining: bool,  # noqa: FBT001
) -> None:
    server.script.pipelining = pipelining
    server.script.recipients = {"r1@clinic.example": answer}

    refused, sent = make_mailer(server.url, connections=1).send(mails(2), AT)

    assert (refused.outcome, refused.code, refused.text) == (SendOutcome.REJECTED, int(answer[:3]), answer[4:])
    assert sent.outcome is SendOutcome.SENT


@pytest.mark.parametrize("answer", ["450 4.2.1 the user receives mail too quickly", "421 4.7.0 try again later"])
def test_what_large_relays_say_for_now_is_tried_again(
    server: ScriptedSmtpServer, make_mailer: MailerMaker, answer: str
) -> None:
    server.script.recipients = {"r1@clinic.example": answer}

    assert outcomes(make_mailer(server.url, connections=1).send(mails(2), AT)) == [
        SendOutcome.DEFERRED,
        SendOutcome.SENT,
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "550-5.7.26 This mail has been blocked because the sender is\r\n550 5.7.26 unauthenticated",
        "554 5.7.9 Message not accepted for policy reasons",
        "550 5.7.1 <no-reply@mail.example>: Sender address rejected: not owned by user",
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example",
    ],
)
def test_what_large_relays_say_of_who_sends_is_not_about_the_address(
    server: ScriptedSmtpServer, make_mailer: MailerMaker, answer: str
) -> None:
    server.script.after_data = answer
    after_data = make_mailer(server.url, connections=1).send([mail(1)], AT)
    server.script.after_data = None
    server.script.recipients = {"r1@clinic.example": answer}

    assert (
        outcomes(after_data)
        == outcomes(make_mailer(server.url, connections=1).send([mail(1)], AT))
        == [SendOutcome.RELAY]
    )


def test_of_one_practices_refused_emails_others_are_tried_before_the_relay_is_given_up(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    careless = [replace(one, practice="careless") for one in mails(20)]
    others = [replace(one, practice="careful") for one in mails(3, first=21)]
    server.script.recipients = {one.recipient: "554 5.7.1 denied" for one in careless}

    answers = outcomes(make_mailer(server.url, connections=1).send([*careless, *others], AT))

    assert answers[20:] == [SendOutcome.SENT] * 3
    assert set(answers[:20]) == {SendOutcome.RELAY, SendOutcome.NOT_BEGUN}


def test_a_relay_that_refuses_two_practices_is_given_up(server: ScriptedSmtpServer, make_mailer: MailerMaker) -> None:
    server.script.after_data = "550 5.4.5 Daily user sending limit exceeded"
    both = [replace(one, practice=f"p-{number // 10}") for number, one in enumerate(mails(20))]

    answers = outcomes(make_mailer(server.url, connections=1).send(both, AT))

    assert answers.count(SendOutcome.RELAY) == 4
    assert answers.count(SendOutcome.NOT_BEGUN) == 16
