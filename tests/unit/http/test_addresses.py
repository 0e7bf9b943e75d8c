"""Whose address counts where proxies stand in front: only what trusted ones vouch for."""

from ipaddress import ip_network

import pytest
from starlette.types import Scope

from adapters.http.addresses import Proxies

TRUSTED = [ip_network("127.0.0.2/32"), ip_network("10.1.0.0/16"), ip_network("fd00::/8")]


def scope(peer: str | None, *forwarded: str, name: str = "x-forwarded-for") -> Scope:
    headers = [(name.encode(), value.encode()) for value in forwarded]
    return {"type": "http", "client": (peer, 4711) if peer else None, "headers": headers}


@pytest.mark.parametrize("peer", ["127.0.0.1", "192.0.2.7", "::1"])
def test_by_default_nobody_is_believed(peer: str) -> None:
    assert Proxies().client_of(scope(peer, "203.0.113.9")) == peer


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.2", ["203.0.113.9"], "203.0.113.9"),
        # What the client itself sent stands on the left of what the proxy added.
        ("127.0.0.2", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.2", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        ("127.0.0.2", ["203.0.113.9, 10.1.2.3"], "203.0.113.9"),
        ("127.0.0.2", ["203.0.113.9, 10.2.0.1"], "10.2.0.1"),
        ("127.0.0.2", ["10.1.2.3, 10.1.2.4"], "10.1.2.3"),
        ("127.0.0.2", ["203.0.113.9:443"], "203.0.113.9"),
        ("fd00::1", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("::ffff:127.0.0.2", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("127.0.0.2", ["203.0.113.9, unknown"], "127.0.0.2"),
        ("127.0.0.2", [""], "127.0.0.2"),
        ("127.0.0.2", [], "127.0.0.2"),
        ("192.0.2.7", ["203.0.113.9"], "192.0.2.7"),
        ("testclient", ["203.0.113.9"], "testclient"),
        (None, ["203.0.113.9"], ""),
    ],
)
def test_a_trusted_proxy_vouches_for_what_it_added(peer: str | None, forwarded: list[str], client: str) -> None:
    assert Proxies(TRUSTED).client_of(scope(peer, *forwarded)) == client


def test_forwarded_headers_of_an_untrusted_peer_are_reported_once() -> None:
    reports: list[str] = []
    proxies = Proxies(TRUSTED, lambda: reports.append("untrusted"))

    proxies.client_of(scope("127.0.0.2", "203.0.113.9"))
    proxies.client_of(scope("192.0.2.7"))
    assert reports == []
    proxies.client_of(scope("192.0.2.7", "for=203.0.113.9", name="forwarded"))
    proxies.client_of(scope("192.0.2.7", "203.0.113.9"))

    assert reports == ["untrusted"]
