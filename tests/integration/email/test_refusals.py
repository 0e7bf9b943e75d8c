"""A real mail server that answers as each row of the table has it, to the recipient and after the email."""

import pytest

from router.messages.notification import SendOutcome
from router.messages.smtp_refusals import BASIC_CODES, ENHANCED_CODES, About
from tests.integration.email.conftest import MailerMaker
from tests.integration.email.mails import AT, mail, mails, outcomes
from tests.servers.smtp import ScriptedSmtpServer

OUTCOMES = {
    About.ADDRESS: SendOutcome.REJECTED,
    About.RELAY: SendOutcome.RELAY,
    About.UNCLEAR: SendOutcome.REJECTED,
}
ROWS = [(f"550 5.{row.first[0]}.{row.first[1]} said so", row.about) for row in ENHANCED_CODES]
ROWS += [(f"{code} said so", about) for code, about in BASIC_CODES.items()]


@pytest.mark.parametrize(("answer", "about"), ROWS)
def test_each_row_at_the_recipient_and_after_the_email(
    server: ScriptedSmtpServer, make_mailer: MailerMaker, answer: str, about: About
) -> None:
    mailer = make_mailer(server.url, connections=1)
    server.script.recipients = {"r1@clinic.example": answer}
    at_recipient = mailer.send([mail(1)], AT)
    server.script.recipients = {}
    server.script.after_data = answer
    after_data = mailer.send([mail(1)], AT)
    server.script.after_data = None

    assert outcomes(at_recipient) == outcomes(after_data) == [OUTCOMES[about]]
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
