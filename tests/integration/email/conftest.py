"""Servers and mailers on loopback."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from adapters.email.address import parse
from adapters.email.render import Renderer
from adapters.email.smtp import SmtpMailer
from tests.servers.smtp import Script, ScriptedSmtpServer

MailerMaker = Callable[..., SmtpMailer]


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def server(request: pytest.FixtureRequest) -> Iterator[ScriptedSmtpServer]:
    """A mail server that behaves until it is told otherwise; it takes commands one by one, or together."""
    with ScriptedSmtpServer(Script(pipelining=request.param)) as running:
        yield running


@pytest.fixture
def make_mailer() -> Iterator[MailerMaker]:
    """Makes mailers with short time limits, and closes them."""
    made: list[SmtpMailer] = []

    def make(url: str, *, connections: int = 4, send_seconds: float = 5, begin_seconds: float = 10) -> SmtpMailer:
        mailer = SmtpMailer(
            parse(url),
            Renderer("no-reply@mail.example"),
            connections=connections,
            send_seconds=send_seconds,
            begin_seconds=begin_seconds,
        )
        made.append(mailer)
        return mailer

    yield make
    for mailer in made:
        mailer.close()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A private certificate authority."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its certificate."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def make_tls(authority: trustme.CA) -> Callable[[str], ssl.SSLContext]:
    """Makes what a server with a certificate for this name needs."""

    def make(name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        return context

    return make
