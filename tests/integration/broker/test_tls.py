"""TLS to the broker: every client verifies the certificate unless the URL turns it off."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from fastapi import FastAPI, Request
from kombu import Connection

from adapters.broker.hint_queues import keys_of, open_queues
from adapters.broker.queue import open_claims
from adapters.http.addresses import Proxies
from adapters.http.pages.kit.attempts import Attempts
from config import celery
from config.celery import REDIS_OPTIONS
from config.settings import read_settings
from tests.servers.tls import TlsProxy
from tests.servers.valkey import ValkeyServer


@contextmanager
def _tls(valkey: ValkeyServer, authority: trustme.CA, name: str = "127.0.0.1") -> Iterator[TlsProxy]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with TlsProxy(context, valkey.port) as proxy:
        yield proxy


def _publish_hint(url: str) -> None:
    """As Celery does, which publishes with kombu."""
    with Connection(url, transport_options=REDIS_OPTIONS) as connection, connection.Producer() as producer:
        producer.publish("hint", exchange="", routing_key="tried", retry=False)


def _take_hint(url: str) -> None:
    with open_queues(url, REDIS_OPTIONS, keys_of(["tried"], ""), celery.app.now) as queues:
        queues.take(1)


def _take_in(url: str) -> None:
    with open_claims(url, REDIS_OPTIONS) as claims:
        claims.claim()


def _count_sign_in(url: str) -> None:
    def fail(error: Exception) -> None:
        raise error

    app = FastAPI()
    app.state.proxies = Proxies()
    asked = Request({"type": "http", "app": app, "client": ("127.0.0.1", 50_000), "headers": []})
    Attempts(url, fail).count(asked)


CLIENTS = (_publish_hint, _take_hint, _take_in, _count_sign_in)


def _url(port: int, query: str = "") -> str:
    """As a process reads it from its environment."""
    given = {
        "broker_url": f"rediss://127.0.0.1:{port}/0{query}",
        "database_url": "postgresql://database/careroute",
        "smtp_url": "catch:",
        "secret_key": "a long random text",
    }
    return read_settings(given).broker


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """A private authority, with its certificate in a file."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return made


@pytest.mark.parametrize("client", CLIENTS)
def test_a_certificate_of_a_named_authority_is_accepted(
    valkey_server: ValkeyServer, authority: trustme.CA, tmp_path: Path, client: Callable[[str], None]
) -> None:
    with _tls(valkey_server, authority) as proxy:
        client(_url(proxy.port, f"?ssl_ca_certs={tmp_path}/authority.pem"))
        assert proxy.shaken_hands


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("lack", ["no authority", "another name"])
def test_any_other_certificate_is_refused(
    valkey_server: ValkeyServer, authority: trustme.CA, tmp_path: Path, client: Callable[[str], None], lack: str
) -> None:
    """Signed by an unknown authority, or issued for another server."""
    name, query = {
        "no authority": ("127.0.0.1", ""),
        "another name": ("broker.example", f"?ssl_ca_certs={tmp_path}/authority.pem"),
    }[lack]
    with _tls(valkey_server, authority, name) as proxy, pytest.raises(Exception, match=r"(?i)ssl|certificate|connect"):
        client(_url(proxy.port, query))


@pytest.mark.parametrize("client", CLIENTS)
def test_verification_can_be_turned_off(
    valkey_server: ValkeyServer, authority: trustme.CA, client: Callable[[str], None]
) -> None:
    with _tls(valkey_server, authority, "broker.example") as proxy:
        client(_url(proxy.port, "?ssl_cert_reqs=none"))
        assert proxy.shaken_hands
