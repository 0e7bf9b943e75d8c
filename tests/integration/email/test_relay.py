"""Trouble with the relay itself: no email is charged, and nobody hammers it."""

from collections import Counter
from dataclasses import replace

import pytest

from router.messages.notification import SendOutcome
from tests.integration.email.conftest import MailerMaker
from tests.integration.email.mails import AT, mail, mails, outcomes
from tests.servers.smtp import Script, ScriptedSmtpServer

RELAY_ONCE = Counter({SendOutcome.NOT_BEGUN: 19, SendOutcome.RELAY: 1})


def test_a_relay_that_refuses_connections(server: ScriptedSmtpServer, make_mailer: MailerMaker) -> None:
    server.stop()

    answers = make_mailer(server.url).send(mails(20), AT)

    assert Counter(outcomes(answers)) == RELAY_ONCE
    assert all(answer.text for answer in answers)


def test_a_relay_that_comes_back(server: ScriptedSmtpServer, make_mailer: MailerMaker) -> None:
    mailer = make_mailer(server.url)
    mailer.send(mails(20), AT)
    server.stop()
    down = mailer.send(mails(20), AT)
    server.start()
    up = mailer.send(mails(20), AT)

    assert Counter(outcomes(down)) == RELAY_ONCE
    assert set(outcomes(up)) == {SendOutcome.SENT}


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (Script(greeting="421 4.3.2 go away"), 421),
        (Script(greeting="554 5.7.1 blocked"), 554),
        (Script(mail_from="451 4.3.0 try later"), 451),
        (Script(mail_from="550 5.7.1 sender unknown"), 550),
    ],
)
def test_a_relay_that_wants_nothing_is_asked_once_a_connection(
    server: ScriptedSmtpServer, make_mailer: MailerMaker, script: Script, code: int
) -> None:
    server.script = replace(script, pipelining=server.script.pipelining)

    answers = make_mailer(server.url, connections=4).send(mails(20), AT)

    assert Counter(outcomes(answers)) == RELAY_ONCE
    assert {answer.code for answer in answers if answer.outcome is SendOutcome.RELAY} == {code}
    assert server.connected <= 4


def test_a_warm_connection_whose_sender_is_refused_is_the_relays_trouble(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    mailer = make_mailer(server.url, connections=2)
    mailer.send(mails(4), AT)
    server.script.mail_from = "451 4.3.0 quota"

    answers = mailer.send(mails(20), AT)

    assert Counter(outcomes(answers)) == RELAY_ONCE


@pytest.mark.parametrize("script", [Script(silent=True), Script(trickle=0.1)])
def test_a_relay_that_says_nothing_or_next_to_nothing_is_cut(
    server: ScriptedSmtpServer, make_mailer: MailerMaker, script: Script
) -> None:
    server.script = replace(script, pipelining=server.script.pipelining)

    answers = make_mailer(server.url, send_seconds=0.3).send(mails(20), AT)

    assert Counter(outcomes(answers)) == RELAY_ONCE
    assert {answer.text for answer in answers} == {"not begun", "not done within 0.3 s"}


def test_a_server_that_trickles_after_mail_from_defers_that_mail(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    """The answer after DATA never ends within the time, though bytes keep coming."""
    server.script.hold_after_data = True
    mailer = make_mailer(server.url, connections=1, send_seconds=0.3)

    answers = mailer.send([mail(1)], AT)

    assert outcomes(answers) == [SendOutcome.DEFERRED]
    assert answers[0].text == "not done within 0.3 s"
    assert len(server.accepted) == 1


def test_a_relay_that_limits_connections_is_used_with_those_it_allows(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    server.script.connections = 1
    mailer = make_mailer(server.url, connections=4)

    answers = mailer.send(mails(40), AT)

    assert set(outcomes(answers)) == {SendOutcome.SENT}
    assert server.connected <= 4

    more = mailer.send(mails(40), AT)

    assert set(outcomes(more)) == {SendOutcome.SENT}
    assert server.connected <= 4


@pytest.mark.parametrize("farewell", ["421 4.4.2 idle too long", None])
def test_a_connection_that_the_relay_closed_while_idle_is_replaced_in_silence(
    server: ScriptedSmtpServer, make_mailer: MailerMaker, farewell: str | None
) -> None:
    mailer = make_mailer(server.url, connections=2)
    mailer.send(mails(4), AT)
    before = server.connected
    server.close_idle(farewell)

    answers = mailer.send(mails(4, 5), AT)

    assert set(outcomes(answers)) == {SendOutcome.SENT}
    assert server.connected == before * 2
    assert len(server.accepted) == 8


def test_a_connection_that_died_without_a_sign_is_replaced_within_the_time_of_the_send(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    mailer = make_mailer(server.url, connections=1, send_seconds=1.5)
    mailer.send([mail(1)], AT)
    server.hush()

    answers = mailer.send([mail(2)], AT)

    assert outcomes(answers) == [SendOutcome.SENT]
    assert server.connected == 2


def test_a_time_limit_on_beginning_leaves_the_rest_for_later(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    server.script.trickle = 0.005
    mailer = make_mailer(server.url, connections=1, begin_seconds=0.8)

    answers = outcomes(mailer.send(mails(50), AT))

    sent = answers.count(SendOutcome.SENT)
    assert 0 < sent < 50
    assert answers == [SendOutcome.SENT] * sent + [SendOutcome.NOT_BEGUN] * (50 - sent)
    assert len(server.accepted) == sent
