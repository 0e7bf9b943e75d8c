"""Stopping, closing and forking in the middle of sending."""

import os
import warnings
from threading import Thread

from router.messages.notification import SendOutcome, SmtpReply
from tests.integration.email.conftest import MailerMaker
from tests.integration.email.mails import AT, mail, mails, outcomes
from tests.servers.smtp import ScriptedSmtpServer, until


def test_stopping_ends_the_running_send_and_returns_the_rest(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    server.script.hold_after_data = True
    mailer = make_mailer(server.url, connections=1)
    answers: list[SmtpReply] = []
    sending = Thread(target=lambda: answers.extend(mailer.send(mails(5), AT)))
    sending.start()
    until(lambda: bool(server.accepted))
    mailer.stop()
    server.release.set()
    sending.join(5)

    assert outcomes(answers) == [SendOutcome.SENT] + [SendOutcome.NOT_BEGUN] * 4
    assert len(server.accepted) == 1


def test_after_a_stop_nothing_is_begun(server: ScriptedSmtpServer, make_mailer: MailerMaker) -> None:
    mailer = make_mailer(server.url)
    mailer.stop()

    answers = mailer.send(mails(2), AT)

    assert outcomes(answers) == [SendOutcome.NOT_BEGUN] * 2
    assert server.connected == 0


def test_closing_cuts_a_send_that_does_not_end_and_says_that_it_may_have_arrived(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    server.script.hold_after_data = True
    mailer = make_mailer(server.url, connections=1, send_seconds=30)
    answers: list[SmtpReply] = []
    sending = Thread(target=lambda: answers.extend(mailer.send(mails(3), AT)))
    sending.start()
    until(lambda: bool(server.accepted))
    mailer.close()
    sending.join(5)

    assert not sending.is_alive()
    assert outcomes(answers) == [SendOutcome.DEFERRED, SendOutcome.NOT_BEGUN, SendOutcome.NOT_BEGUN]
    assert answers[0].text == "interrupted"


def test_closing_takes_leave_of_the_server_and_can_be_repeated(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    mailer = make_mailer(server.url)
    mailer.send(mails(8), AT)
    mailer.close()
    mailer.close()

    until(lambda: not server.open)
    assert outcomes(mailer.send(mails(1), AT)) == [SendOutcome.NOT_BEGUN]


def test_the_child_of_a_fork_makes_connections_of_its_own(server: ScriptedSmtpServer, make_mailer: MailerMaker) -> None:
    """The parent's go on as if nothing had been."""
    mailer = make_mailer(server.url, connections=1)
    mailer.send([mail(1)], AT)
    with warnings.catch_warnings():
        # Python warns of forking with threads; that is the point here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        sent = outcomes(mailer.send(mails(2, 2), AT)) == [SendOutcome.SENT] * 2
        os._exit(0 if sent else 1)
    _, status = os.waitpid(child, 0)
    mailer.send([mail(4)], AT)

    assert os.waitstatus_to_exitcode(status) == 0
    assert len(server.accepted) == 4
    assert server.connected == 2
