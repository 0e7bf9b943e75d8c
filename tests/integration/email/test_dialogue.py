"""What is said on the wire to relays that take commands together, word for word."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from threading import Thread

import pytest

from adapters.email.envelope import dotted
from router.messages.notification import SendOutcome
from tests.integration.email.conftest import MailerMaker
from tests.integration.email.mails import AT, mail, mails, outcomes

GOOD = {
    "EHLO": "250-relay.example\r\n250 PIPELINING",
    "MAIL": "250 2.1.0 OK",
    "RCPT": "250 2.1.5 OK",
    "DATA": "354 go on",
    ".": "250 2.0.0 OK",
    "RSET": "250 2.0.0 OK",
    "QUIT": "221 2.0.0 bye",
}
MakeRelay = Callable[[Mapping[str, str]], "Relay"]


class Relay(Thread):
    """Gives each command the answer that stands beside it, and keeps what was heard; the body of an email it skips."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__(daemon=True)
        self._answers = GOOD | dict(answers)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._listening.getsockname()[1]}"
        self.heard: list[str] = []

    def run(self) -> None:
        """Serve one connection after the other until it is stopped."""
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            # Whoever hangs up in the middle of an answer has heard enough.
            with suppress(OSError), connection, connection.makefile("rwb", buffering=0) as stream:
                stream.write(b"220 relay.example\r\n")
                self._talk(stream)

    def stop(self) -> None:
        """Take no further connection."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _talk(self, stream: socket.SocketIO) -> None:
        in_data = False
        while line := stream.readline():
            word = line.decode("ascii").split(" ")[0].strip()
            if in_data and word != ".":
                continue
            self.heard.append(word)
            answer = self._answers[word]
            stream.write(answer.encode("utf-8") + b"\r\n")
            in_data = word == "DATA" and answer.startswith("354")


@pytest.fixture
def make_relay() -> Iterator[MakeRelay]:
    """Starts relays with these answers in place of good ones."""
    made: list[Relay] = []

    def make(answers: Mapping[str, str]) -> Relay:
        made.append(Relay(answers))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_a_relay_that_takes_data_without_a_recipient_gets_an_empty_email(
    make_relay: MakeRelay, make_mailer: MailerMaker
) -> None:
    """RFC 2920, section 3.1: DATA went out before the recipient's answer came."""
    relay = make_relay({"RCPT": "550 5.1.1 unknown", ".": "554 5.5.1 no valid recipients"})

    answers = make_mailer(relay.url, connections=1).send(mails(2), AT)

    assert [(answer.outcome, answer.code) for answer in answers] == [(SendOutcome.REJECTED, 550)] * 2
    together = ["MAIL", "RCPT", "DATA", "."]
    assert relay.heard == ["EHLO", *together, "RSET", *together]


def test_a_refused_data_command_is_that_mails_trouble(make_relay: MakeRelay, make_mailer: MailerMaker) -> None:
    relay = make_relay({"DATA": "451 4.3.0 later"})

    answers = make_mailer(relay.url, connections=1).send([mail(1)], AT)

    assert [(answer.outcome, answer.code, answer.text) for answer in answers] == [
        (SendOutcome.DEFERRED, 451, "4.3.0 later")
    ]


def test_an_answer_of_several_lines_becomes_one_line(make_relay: MakeRelay, make_mailer: MailerMaker) -> None:
    relay = make_relay({".": "250-2.0.0 queued as\r\n250 \xe9toile"})

    answers = make_mailer(relay.url).send([mail(1)], AT)

    assert [(answer.outcome, answer.text) for answer in answers] == [(SendOutcome.SENT, "2.0.0 queued as \xe9toile")]


@pytest.mark.parametrize("more", ["250 2.0.0 once more", "250-2.0.0 once", "2"])
def test_a_connection_on_which_more_was_said_than_asked_for_carries_no_other_email(
    make_relay: MakeRelay, make_mailer: MailerMaker, more: str
) -> None:
    """Each later reply would be taken for that to the command before it."""
    relay = make_relay({".": f"250 2.0.0 OK\r\n{more}"})

    answers = make_mailer(relay.url, connections=1).send(mails(3), AT)

    assert outcomes(answers) == [SendOutcome.SENT] * 3
    assert relay.heard.count("EHLO") == 3
    assert relay.heard.count(".") == 3


@pytest.mark.parametrize("answer", ["hello", "250-" + "x" * 40_000])
def test_an_answer_that_is_none_is_the_relays_trouble(
    make_relay: MakeRelay, make_mailer: MailerMaker, answer: str
) -> None:
    relay = make_relay({"MAIL": answer})

    answers = make_mailer(relay.url, connections=1).send([mail(1)], AT)

    assert outcomes(answers) == [SendOutcome.RELAY]


def test_a_relay_without_ehlo_is_greeted_with_helo(make_relay: MakeRelay, make_mailer: MailerMaker) -> None:
    relay = make_relay({"EHLO": "502 5.5.1 not known", "HELO": "250 relay.example"})

    answers = make_mailer(relay.url).send([mail(1)], AT)

    assert outcomes(answers) == [SendOutcome.SENT]
    assert relay.heard == ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "."]


def test_lines_that_begin_with_a_period_are_not_the_end() -> None:
    """RFC 5321, section 4.5.2."""
    assert dotted(b".a\r\nb\r\n.\r\n..c\r\n") == b"..a\r\nb\r\n..\r\n...c\r\n.\r\n"
