"""Signing in and out in a browser, and what every page carries."""

import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
from limits import RateLimitItemPerMinute

from adapters.http.addresses import Proxies
from adapters.http.app import create_app
from adapters.http.page_settings import PageSettings
from adapters.http.pages.kit import attempts
from adapters.http.pages.kit.csrf import token_of
from router.actors import COMMAND
from tests.clients import Client
from tests.house import PRACTICE
from tests.integration.pages.conftest import PASSWORD, Browser
from tests.servers.garbage import GarbageServer
from tests.servers.ports import free_port


def test_the_form_leads_to_the_page_that_was_asked_for(browser: Browser) -> None:
    browser.service.house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)
    fields = {"practice": PRACTICE, "person": "ada", "password": PASSWORD}

    done = browser.send("/sign-in", "/sign-in", **fields, next="/inbox?delivery=1")

    assert (done.status_code, done.headers["location"]) == (303, "/inbox?delivery=1")
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb", "javascript:x"]
)
def test_the_form_leads_to_no_other_site(browser: Browser, target) -> None:
    browser.service.house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)
    fields = {"practice": PRACTICE, "person": "ada", "password": PASSWORD}

    assert browser.send("/sign-in", "/sign-in", **fields, next=target).headers["location"] == "/inbox"


def test_a_wrong_password_keeps_what_was_typed_but_the_password(browser: Browser) -> None:
    fields = {"practice": PRACTICE, "person": "<script>", "password": "wrong-secret"}

    refused = browser.send("/sign-in", "/sign-in", **fields)

    assert refused.status_code == 401
    assert "The practice, name or password is wrong." in refused.text
    assert "&lt;script&gt;" in refused.text
    assert "wrong-secret" not in refused.text


def test_names_that_nobody_can_have_are_refused_alike(browser: Browser) -> None:
    refused = browser.send("/sign-in", "/sign-in", practice="x" * 200, person="\x00", password="x")

    assert refused.status_code == 401


def test_a_form_from_elsewhere_is_refused(browser: Browser) -> None:
    browser.open("/sign-in")

    refused = browser.client.post("/sign-in", data={"practice": PRACTICE, "person": "ada", "password": PASSWORD})

    assert refused.status_code == 403
    assert refused.headers["content-type"].startswith("text/html")
    assert browser.client.post("/sign-in", json={}).status_code == 422


def test_every_page_forbids_what_it_does_not_need(browser: Browser) -> None:
    page = browser.open("/sign-in")

    assert "'unsafe" not in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"


def test_signing_out_ends_the_session(browser: Browser) -> None:
    browser.sign_in("ada")
    token = browser.client.cookies["careroute_session"]

    done = browser.send("/admin/messaging", "/sign-out")

    assert done.headers["location"] == "/sign-in"
    browser.client.cookies.set("careroute_session", token)
    assert browser.open("/admin/messaging").headers["location"] == "/sign-in?next=/admin/messaging"


def test_signing_out_everywhere_ends_the_sessions_of_other_browsers(browser: Browser) -> None:
    other = Browser(browser.service).sign_in("ada")
    token = other.client.cookies["careroute_session"]
    browser.sign_in("ada")
    other.client.cookies.set("careroute_session", token)

    browser.send("/admin/messaging", "/sign-out", everywhere="1")

    assert other.open("/admin/messaging").status_code == 303


def test_each_role_sees_its_pages_and_nothing_more(browser: Browser) -> None:
    browser.sign_in("ann")

    refused = browser.open("/admin/messaging")

    assert refused.status_code == 403
    assert "for portal administrators" in refused.text
    assert "Settings" not in refused.text


def test_a_script_keeps_the_session_alive_with_the_token_of_its_page(browser: Browser) -> None:
    browser.sign_in("ada")
    token = browser.open("/admin/messaging").text.split('name="csrf-token" content="')[1][:64]

    stays = browser.client.post("/session/stay", headers={"X-CSRF-Token": token, "Accept": "application/json"})
    refused = browser.client.post("/session/stay", headers={"Accept": "application/json"})

    assert (stays.status_code, refused.status_code) == (204, 403)
    assert refused.headers["content-type"] == "application/problem+json"


def test_what_browsers_load_is_kept_until_it_changes(browser: Browser) -> None:
    page = browser.open("/sign-in").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]

    loaded = browser.open(address)

    assert loaded.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in loaded.headers["cache-control"]
    again = browser.client.get(address, headers={"If-None-Match": loaded.headers["etag"]})
    assert again.status_code == 304
    assert "immutable" not in browser.open("/static/careroute.css").headers["cache-control"]
    assert browser.open("/static/..%2Fcsrf.py").status_code == 404
    assert browser.open("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_a_link_opens_the_portal_once_and_signing_out_closes_it(browser: Browser) -> None:
    browser.enter_portal("pat", "al")
    token = browser.client.cookies["careroute_portal"]

    left = browser.send("/portal/enter", "/portal/enter", link="used")
    assert left.status_code == 410
    assert "no longer works" in left.text
    assert browser.client.post("/portal/sign-out", data={"csrf": "wrong"}).status_code == 403
    assert token


def test_a_frontend_makes_a_link_with_its_key(browser: Browser) -> None:
    client = browser.service.client()

    made = client.post("/v1/patients/pat/portal-link", json={"actor": "al"})

    assert made.status_code == 200
    assert made.json()["url"].startswith("http://127.0.0.1:8000/portal/enter?link=")
    assert client.post("/v1/patients/nobody/portal-link").status_code == 404
    assert client.post("/v1/patients/pat/portal-link", json={"actor": "nobody"}).status_code == 404


def test_a_person_at_an_address_that_is_not_there_reads_a_page(browser: Browser) -> None:
    page = browser.open("/nowhere")

    assert page.status_code == 404
    assert "There is no page at this address." in page.text
    assert browser.open("/v1/nowhere").headers["content-type"] == "application/problem+json"


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


@pytest.mark.parametrize(
    ("public_url", "prefix", "path"),
    [
        ("https://careroute.example", "__Host-", "/"),
        ("https://clinic.example/careroute", "__Secure-", "/careroute"),
        ("http://127.0.0.1:8000", "", "/"),
    ],
)
def test_over_tls_nobody_else_can_set_our_cookies(browser: Browser, public_url: str, prefix: str, path: str) -> None:
    """Browsers refuse a cookie with such a prefix from a sibling domain and from a page without TLS."""
    secure = bool(prefix)
    app = create_app(browser.service.app.state.flows, version="1", site=PageSettings(public_url))
    origin = public_url.removesuffix("/careroute")
    visitor = Browser(browser.service)
    visitor.client = Client(app, base_url=origin, follow_redirects=False, headers={"Accept": "text/html"})

    page = visitor.open("/sign-in")

    assert page.headers["set-cookie"].startswith(f"{prefix}careroute_visit=")
    assert f"Path={path};" in page.headers["set-cookie"]
    assert ("Secure" in page.headers["set-cookie"]) is secure
    assert page.headers.get("strict-transport-security") == ("max-age=31536000" if secure else None)
    assert "Domain" not in page.headers["set-cookie"]


def test_over_tls_a_planted_cookie_without_the_prefix_is_not_read(browser: Browser) -> None:
    app = create_app(browser.service.app.state.flows, version="1", site=PageSettings("https://careroute.example"))
    visitor = Browser(browser.service)
    visitor.client = Client(
        app, base_url="https://careroute.example", follow_redirects=False, headers={"Accept": "text/html"}
    )
    visitor.client.cookies.set("careroute_visit", "planted")
    fields = {"practice": PRACTICE, "person": "ada", "password": PASSWORD, "csrf": token_of("planted")}

    assert visitor.client.post("/sign-in", data=fields).status_code == 403
    visitor.client.cookies.delete("careroute_visit")
    visitor.sign_in("ada")
    assert visitor.open("/inbox").status_code == 200
    assert visitor.send("/inbox", "/sign-out").status_code == 303
    assert visitor.open("/inbox").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://sibling.testserver"},
        {"Origin": "https://evil.example"},
        # A page with `Referrer-Policy: no-referrer`, or one in a sandbox.
        {"Origin": "null"},
    ],
)
def test_a_form_that_another_site_sends_is_refused_whatever_its_token(browser: Browser, headers) -> None:
    """A sibling domain may have planted the cookie that the token is made from."""
    browser.service.house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)
    browser.client.cookies.set("careroute_visit", "planted")
    fields = {"practice": PRACTICE, "person": "ada", "password": PASSWORD, "csrf": token_of("planted")}

    refused = browser.client.post("/sign-in", data=fields, headers=headers)
    own = {"Sec-Fetch-Site": "same-origin"} if "Sec-Fetch-Site" in headers else {"Origin": "http://testserver"}

    assert refused.status_code == 403
    assert browser.client.post("/sign-in", data=fields, headers=own).status_code == 303


def test_a_link_into_another_chart_asks_first(browser: Browser) -> None:
    browser.enter_portal("pat")
    before = browser.client.cookies["careroute_portal"]
    token, _ = browser.service.house.portal_links.make(PRACTICE, "sam", None, COMMAND)

    asked = browser.open(f"/portal/enter?link={token}")
    unasked = browser.send(f"/portal/enter?link={token}", "/portal/enter", link=token)

    for page in (asked, unasked):
        assert page.status_code == 200
        assert "enter.js" not in page.text
        assert "data-submit-at-once" not in page.text
        assert "the messages of" in page.text
        assert "Pat" in page.text
    assert browser.client.cookies["careroute_portal"] == before
    done = browser.send(f"/portal/enter?link={token}", "/portal/enter", link=token, change="1")
    assert done.headers["location"] == "/portal"
    stale = Browser(browser.service)
    stale.client.cookies.set("careroute_portal", before)
    assert stale.open("/portal").status_code == 401


def test_a_link_into_the_same_chart_asks_nothing(browser: Browser) -> None:
    browser.enter_portal("pat")

    assert browser.enter_portal("pat").open("/portal").status_code == 200


def test_one_ends_another_of_ones_own_sessions(browser: Browser) -> None:
    browser.sign_in("ada")
    other = Browser(browser.service)
    fields = {"practice": PRACTICE, "person": "ada", "password": PASSWORD}
    other.send("/sign-in", "/sign-in", **fields)
    page = browser.open("/account")
    session = re.search(r'name="session" value="([0-9a-f]{64})"', page.text)
    assert session
    assert "This browser" in page.text
    assert 'href="/account"' in page.text

    done = browser.send("/account", "/account/end", session=session[1])

    assert done.headers["location"] == "/account"
    assert other.open("/inbox").status_code == 303
    assert browser.open("/account").status_code == 200
    assert browser.send("/account", "/account/end", session=session[1]).status_code == 404
    assert Browser(browser.service).open("/account").status_code == 303


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
