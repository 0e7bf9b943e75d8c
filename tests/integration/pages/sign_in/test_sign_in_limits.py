"""How often one address may try to sign in, and who is not stopped by it."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from limits import RateLimitItemPerMinute

from adapters.http.addresses import Proxies
from adapters.http.pages.kit import attempts
from router.actors import COMMAND
from tests.clients import Client
from tests.house import PRACTICE
from tests.integration.pages.conftest import PASSWORD, Browser
from tests.servers.garbage import GarbageServer
from tests.servers.ports import free_port


def test_one_address_may_not_try_the_names_of_everybody(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each name has its own limit; this one is for a password that is tried on all of them."""
    monkeypatch.setattr(attempts, "LIMIT", RateLimitItemPerMinute(3, 10))
    browser.service.house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)
    for person in ("ben", "cat", "dan"):
        browser.send("/sign-in", "/sign-in", practice=PRACTICE, person=person, password="a common password")

    refused = browser.send("/sign-in", "/sign-in", practice=PRACTICE, person="ada", password=PASSWORD)

    assert refused.status_code == 429
    assert "Too many failed sign-ins from your network." in refused.text


def test_a_counter_that_is_away_keeps_nobody_out(browser: Browser) -> None:
    browser.service.house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)
    browser.service.app.state.attempts = attempts.Attempts(f"redis://127.0.0.1:{free_port()}/0")

    wrong = browser.send("/sign-in", "/sign-in", practice=PRACTICE, person="ada", password="a wrong password")
    right = browser.send("/sign-in", "/sign-in", practice=PRACTICE, person="ada", password=PASSWORD)

    assert (wrong.status_code, right.status_code) == (401, 303)


def test_a_browser_that_has_signed_in_before_is_not_stopped_by_its_address(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "LIMIT", RateLimitItemPerMinute(3, 10))
    browser.sign_in("ada")
    browser.send("/inbox", "/sign-out")
    stranger = Browser(browser.service)
    for person in ("ben", "cat", "dan"):
        stranger.send("/sign-in", "/sign-in", practice=PRACTICE, person=person, password="a common password")
    fields = {"practice": PRACTICE, "person": "ada", "password": PASSWORD}
    assert stranger.send("/sign-in", "/sign-in", **fields).status_code == 429

    done = browser.send("/sign-in", "/sign-in", **fields)

    assert done.status_code == 303
    device = next(cookie for cookie in done.headers.get_list("set-cookie") if cookie.startswith("careroute_device="))
    assert "Max-Age=34560000" in device
    assert "HttpOnly" in device


def test_everybody_behind_a_trusted_proxy_is_counted_apart(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "LIMIT", RateLimitItemPerMinute(2, 10))
    browser.service.app.state.proxies = Proxies([ip_network("127.0.0.2")])
    browser.service.house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)

    def try_from(client: str, password: str, *, proxy: str = "127.0.0.2") -> int:
        visitor = Browser(browser.service)
        visitor.client = Client(
            browser.service.app,
            follow_redirects=False,
            headers={"Accept": "text/html", "X-Forwarded-For": f"198.51.100.1, {client}"},
            client=(proxy, 4711),
        )
        fields = {"practice": PRACTICE, "person": "ada", "password": password}
        return visitor.send("/sign-in", "/sign-in", **fields).status_code

    assert [try_from("2001:db8::1", "wrong"), try_from("2001:db8::2", "wrong")] == [401, 401]
    browser.service.house.clock.by += timedelta(minutes=1)

    # Whoever has one address of an IPv6 network has all of them.
    assert try_from("2001:db8::3", PASSWORD) == 429
    assert try_from("203.0.113.9", PASSWORD) == 303
    assert [try_from("203.0.113.9", "wrong", proxy="127.0.0.3") for _ in range(2)] == [401, 401]
    assert try_from("203.0.113.10", PASSWORD, proxy="127.0.0.3") == 429


def test_without_its_counter_in_redis_the_limit_holds_in_the_process(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis is replaced by a server that talks garbage; the outage is reported once."""
    monkeypatch.setattr(attempts, "LIMIT", RateLimitItemPerMinute(3, 10))
    browser.service.house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)
    reported: list[Exception] = []
    with GarbageServer(0) as garbage:
        url = f"redis://127.0.0.1:{garbage.server_address[1]}/0"
        browser.service.app.state.attempts = attempts.Attempts(url, reported.append)
        for person in ("ben", "cat", "dan"):
            browser.send("/sign-in", "/sign-in", practice=PRACTICE, person=person, password="a common password")

        refused = browser.send("/sign-in", "/sign-in", practice=PRACTICE, person="ada", password=PASSWORD)

    assert refused.status_code == 429
    assert len(reported) == 1
