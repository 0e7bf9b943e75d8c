"""What the mailer makes of what a mail server says to one email."""

from dataclasses import replace
from threading import Thread

import pytest

from adapters.email.smtp import SmtpMailer
from router.messages.notification import Kind, SendOutcome, SmtpReply
from tests.integration.email.conftest import MailerMaker
from tests.integration.email.mails import AT, mail, mails, message_id, outcomes
from tests.servers.smtp import ScriptedSmtpServer, until


@pytest.fixture
def mailer(server: ScriptedSmtpServer, make_mailer: MailerMaker) -> SmtpMailer:
    """Sends over one connection, so that mails go in order."""
    return make_mailer(server.url, connections=1)


def test_what_the_server_takes_is_sent(server: ScriptedSmtpServer, mailer: SmtpMailer) -> None:
    answers = mailer.send([mail(7)], AT)

    assert answers == [SmtpReply(mail(7).notification, SendOutcome.SENT, 250, "2.0.0 OK: queued")]
    assert [(email.message_id, email.recipient) for email in server.accepted] == [(message_id(7), "r7@clinic.example")]


def test_no_mails_need_no_connection(server: ScriptedSmtpServer, mailer: SmtpMailer) -> None:
    assert mailer.send([], AT) == []
    assert server.connected == 0


def test_one_connection_carries_many_mails_and_batches(server: ScriptedSmtpServer, mailer: SmtpMailer) -> None:
    for batch in range(3):
        mailer.send(mails(20, batch * 20 + 1), AT)

    assert server.message_ids == [message_id(number) for number in range(1, 61)]
    assert server.connected == 1


def test_an_email_that_can_not_be_built_keeps_no_other_from_being_sent(mailer: SmtpMailer) -> None:
    failed: list[tuple[str, str, str]] = []
    mailer.report = lambda practice, notification, error: failed.append((practice, notification, type(error).__name__))
    # A lone surrogate, which no email can carry.
    bad = replace(mail(2), kind=Kind.PATIENT_REPLY, sender="\udc80", practice="willow")

    answers = mailer.send([mail(1), bad, mail(3)], AT)

    assert outcomes(answers) == [SendOutcome.SENT, SendOutcome.REJECTED, SendOutcome.SENT]
    assert answers[1].text == "the email could not be built"
    assert failed == [("willow", str(bad.notification), "UnicodeEncodeError")]


def test_answers_stand_in_the_order_of_the_mails(server: ScriptedSmtpServer, make_mailer: MailerMaker) -> None:
    server.script.recipients = {"r3@clinic.example": "550 5.1.1 unknown", "r5@clinic.example": "451 4.2.0 later"}

    answers = make_mailer(server.url, connections=4).send(mails(8), AT)

    assert [answer.notification for answer in answers] == [one.notification for one in mails(8)]
    sent, rejected, deferred = SendOutcome.SENT, SendOutcome.REJECTED, SendOutcome.DEFERRED
    assert outcomes(answers) == [sent, sent, rejected, sent, deferred, sent, sent, sent]


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        ("550 5.1.1 no such user", SendOutcome.REJECTED, 550),
        ("451 4.7.1 greylisted", SendOutcome.DEFERRED, 451),
        ("421 4.3.2 closing", SendOutcome.DEFERRED, 421),
    ],
)
def test_a_refused_recipient_is_that_mails_trouble(
    server: ScriptedSmtpServer, mailer: SmtpMailer, answer: str, outcome: SendOutcome, code: int
) -> None:
    server.script.recipients = {"r1@clinic.example": answer}

    refused, next_one = mailer.send(mails(2), AT)

    assert refused == SmtpReply(mail(1).notification, outcome, code, answer[4:])
    assert next_one.outcome is SendOutcome.SENT
    assert server.message_ids == [message_id(2)]
    # With 421 the server leaves; otherwise the connection goes on.
    assert server.connected == (2 if answer.startswith("421") else 1)


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [("552 5.2.2 full", SendOutcome.REJECTED, 552), ("451 4.3.0 disk full", SendOutcome.DEFERRED, 451)],
)
def test_a_refusal_after_data_is_that_mails_trouble(
    server: ScriptedSmtpServer, mailer: SmtpMailer, answer: str, outcome: SendOutcome, code: int
) -> None:
    server.script.after_data = answer
    refused = mailer.send([mail(1)], AT)
    server.script.after_data = None
    later = mailer.send([mail(1)], AT)

    assert refused == [SmtpReply(mail(1).notification, outcome, code, answer[4:])]
    assert outcomes(later) == [SendOutcome.SENT]
    assert server.connected == 1


def test_an_address_beyond_ascii_needs_a_relay_that_takes_it(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    both = [mail(1, "jos\u00e9@m\u00fcnchen.example"), mail(2, "ann@m\u00fcnchen.example")]

    refused, taken = make_mailer(server.url, connections=1).send(both, AT)
    server.script.smtputf8 = True
    again = make_mailer(server.url, connections=1).send(both[:1], AT)

    assert (refused.outcome, refused.code, taken.outcome) == (SendOutcome.REJECTED, None, SendOutcome.SENT)
    assert "SMTPUTF8" in refused.text
    assert outcomes(again) == [SendOutcome.SENT]
    sent_to = [email.recipient for email in server.accepted]
    assert sent_to == ["ann@xn--mnchen-3ya.example", "jos\u00e9@xn--mnchen-3ya.example"]
    assert server.connected == 2


def test_a_drop_after_data_is_deferred_and_its_repeat_is_the_same_email(
    server: ScriptedSmtpServer, mailer: SmtpMailer
) -> None:
    """Ambiguous: the server took it, and we can't know. At least once, with one Message-ID."""
    server.script.drop_after_data = True
    dropped = mailer.send([mail(1)], AT)
    server.script.drop_after_data = False
    again = mailer.send([mail(1)], AT)

    assert [(answer.outcome, answer.code) for answer in dropped] == [(SendOutcome.DEFERRED, None)]
    assert dropped[0].text
    assert outcomes(again) == [SendOutcome.SENT]
    assert server.message_ids == [message_id(1)] * 2
    assert server.accepted[0].content == server.accepted[1].content


@pytest.mark.parametrize(
    "recipient",
    ["", "ann@clinic.example\r\nRCPT TO:<eve@evil.example>", "ann\x00 @clinic.example", "jörg@clinic.example"],
)
def test_an_unusable_address_is_rejected_without_a_word_to_the_server(
    server: ScriptedSmtpServer, mailer: SmtpMailer, recipient: str
) -> None:
    bad, good = mailer.send([mail(1, recipient or "@"), mail(2)], AT)

    assert (bad.outcome, bad.code) == (SendOutcome.REJECTED, None)
    assert "address" in bad.text
    assert good.outcome is SendOutcome.SENT
    assert server.commands == ["MAIL no-reply@mail.example", "RCPT r2@clinic.example"]


@pytest.mark.parametrize("code", [250, 550])
def test_answers_are_bounded_and_on_one_line(server: ScriptedSmtpServer, mailer: SmtpMailer, code: int) -> None:
    server.script.after_data = f"{code}-one\x1b[31m\x07\ttwo\r\n{code} {'x' * 700}"

    (answer,) = mailer.send([mail(1)], AT)

    assert answer.code == code
    assert len(answer.text) == 500
    assert answer.text.startswith("one [31m  two x")
    assert answer.text.isprintable()


def test_several_threads_share_the_connections(server: ScriptedSmtpServer, make_mailer: MailerMaker) -> None:
    mailer = make_mailer(server.url, connections=2)
    answers: dict[int, list[SmtpReply]] = {}

    def send(number: int) -> None:
        answers[number] = mailer.send(mails(10, number * 10 + 1), AT)

    threads = [Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert {outcome for batch in answers.values() for outcome in outcomes(batch)} == {SendOutcome.SENT}
    assert sorted(server.message_ids) == sorted(message_id(number) for number in range(1, 61))
    assert server.connected <= 2


def test_a_batch_does_not_keep_another_waiting_till_its_end(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    """Connections go from mail to mail, not from batch to batch."""
    mailer = make_mailer(server.url, connections=1)
    long = Thread(target=mailer.send, args=(mails(400), AT))
    long.start()
    until(lambda: bool(server.accepted))

    mailer.send([mail(1000)], AT)

    assert len(server.accepted) < 400
    long.join(20)
    assert len(server.accepted) == 401
