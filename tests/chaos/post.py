"""A mail server with TLS, by an authority of its own, and for one user only."""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.servers.smtp import ScriptedSmtpServer

USER, PASSWORD = "careroute", "let-me-in"


@dataclass(frozen=True)
class Post:
    """The server, whom its certificates are from, and the URL that says so."""

    relay: ScriptedSmtpServer
    authority: trustme.CA
    url: str


@contextmanager
def open_post(folder: Path) -> Iterator[Post]:
    """Run one; its authority is named in this folder."""
    authority, named = trustme.CA(), folder / "ca.pem"
    authority.cert_pem.write_to_path(str(named))
    # What the server's library makes of being hung up on is of no interest.
    logging.getLogger("mail.log").disabled = True
    with ScriptedSmtpServer(tls=certificate(authority), users={USER: PASSWORD}) as relay:
        yield Post(relay, authority, f"smtp+starttls://{USER}:{PASSWORD}@127.0.0.1:{relay.port}?ca={named}")
    logging.getLogger("mail.log").disabled = False


def certificate(authority: trustme.CA) -> ssl.SSLContext:
    """What a server on this machine shows, signed by this authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context
