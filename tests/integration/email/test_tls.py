"""TLS and sign-in, with certificates made for the test."""

import gc
import socket
import ssl
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from router.messages.notification import SendOutcome
from tests.integration.email.conftest import MailerMaker
from tests.integration.email.mails import AT, mails, outcomes
from tests.servers.smtp import ScriptedSmtpServer

TlsMaker = Callable[[str], ssl.SSLContext]
USERS = {"ann@x.example": "p/w:@"}


@pytest.fixture(params=["smtps", "smtp+starttls"])
def scheme(request: pytest.FixtureRequest) -> str:
    """TLS from the first byte, and TLS on request."""
    return str(request.param)


def test_a_certificate_of_the_named_authority_is_trusted(
    scheme: str, make_tls: TlsMaker, ca_file: Path, make_mailer: MailerMaker
) -> None:
    with ScriptedSmtpServer(tls=make_tls("127.0.0.1"), implicit_tls=scheme == "smtps") as server:
        answers = make_mailer(f"{scheme}://127.0.0.1:{server.port}?ca={ca_file}").send(mails(8), AT)

        assert set(outcomes(answers)) == {SendOutcome.SENT}


def test_a_certificate_of_an_unknown_authority_is_the_relays_trouble(
    scheme: str, make_tls: TlsMaker, make_mailer: MailerMaker
) -> None:
    with ScriptedSmtpServer(tls=make_tls("127.0.0.1"), implicit_tls=scheme == "smtps") as server:
        answers = make_mailer(f"{scheme}://127.0.0.1:{server.port}", connections=1).send(mails(2), AT)

        assert outcomes(answers) == [SendOutcome.RELAY, SendOutcome.NOT_BEGUN]
        assert "certificate verify failed" in answers[0].text
        assert server.commands == []


def test_a_certificate_for_another_name_is_the_relays_trouble(
    scheme: str, make_tls: TlsMaker, ca_file: Path, make_mailer: MailerMaker
) -> None:
    with ScriptedSmtpServer(tls=make_tls("other.example"), implicit_tls=scheme == "smtps") as server:
        answers = make_mailer(f"{scheme}://127.0.0.1:{server.port}?ca={ca_file}", connections=1).send(mails(2), AT)

        assert outcomes(answers) == [SendOutcome.RELAY, SendOutcome.NOT_BEGUN]
        assert "certificate verify failed" in answers[0].text
        assert server.commands == []


def test_a_server_without_starttls_gets_no_email_in_clear_text(
    server: ScriptedSmtpServer, make_mailer: MailerMaker
) -> None:
    url = f"smtp+starttls://ann:hunter2@127.0.0.1:{server.port}"

    answers = make_mailer(url, connections=1).send(mails(2), AT)

    assert outcomes(answers) == [SendOutcome.RELAY, SendOutcome.NOT_BEGUN]
    assert server.commands == []


def test_a_missing_file_of_certificates_is_named(server: ScriptedSmtpServer, make_mailer: MailerMaker) -> None:
    answers = make_mailer(f"smtps://127.0.0.1:{server.port}?ca=/nowhere/ca.pem", connections=1).send(mails(1), AT)

    assert outcomes(answers) == [SendOutcome.RELAY]
    assert "/nowhere/ca.pem" in answers[0].text


def test_signing_in_with_what_the_url_says(
    scheme: str, make_tls: TlsMaker, ca_file: Path, make_mailer: MailerMaker
) -> None:
    tls = make_tls("127.0.0.1")
    with ScriptedSmtpServer(tls=tls, implicit_tls=scheme == "smtps", users=USERS) as server:
        url = f"{scheme}://ann%40x.example:p%2Fw%3A%40@127.0.0.1:{server.port}?ca={ca_file}"
        answers = make_mailer(url).send(mails(8), AT)

        assert set(outcomes(answers)) == {SendOutcome.SENT}


def test_a_refused_sign_in_is_the_relays_trouble_and_the_password_is_not_told(make_mailer: MailerMaker) -> None:
    with ScriptedSmtpServer(users=USERS) as server:
        url = f"smtp://ann%40x.example:hunter2@127.0.0.1:{server.port}"
        answers = make_mailer(url, connections=1).send(mails(2), AT)

        assert outcomes(answers) == [SendOutcome.RELAY, SendOutcome.NOT_BEGUN]
        assert answers[0].code == 535
        assert "hunter2" not in answers[0].text
        assert server.commands == []


def test_a_relay_that_says_no_and_then_nothing_leaves_no_connection_behind(
    make_tls: TlsMaker, ca_file: Path, make_mailer: MailerMaker
) -> None:
    """It never answers the end of TLS, which would take longer than the mailer lives."""
    closed = Event()

    def refuse(listener: socket.socket, tls: ssl.SSLContext) -> None:
        with listener.accept()[0] as plain, tls.wrap_socket(plain, server_side=True) as connection:
            connection.sendall(b"554 no\r\n")
            closed.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as pool:
        refusing = pool.submit(refuse, listener, make_tls("127.0.0.1"))
        mailer = make_mailer(f"smtps://127.0.0.1:{listener.getsockname()[1]}?ca={ca_file}", connections=1)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            answers = mailer.send(mails(1), AT)
            mailer.close()
            gc.collect()
        closed.set()
        refusing.result(10)

    assert outcomes(answers) == [SendOutcome.RELAY]
    assert [str(one.message) for one in warned] == []
