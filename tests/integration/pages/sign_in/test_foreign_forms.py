"""Cookies and forms that another site has set or sent are refused."""

import pytest

from adapters.http.app import create_app
from adapters.http.page_settings import PageSettings
from adapters.http.pages.kit.csrf import token_of
from router.actors import COMMAND
from tests.clients import Client
from tests.house import PRACTICE
from tests.integration.pages.conftest import PASSWORD, Browser


def test_a_form_from_elsewhere_is_refused(browser: Browser) -> None:
    browser.open("/sign-in")

    refused = browser.client.post("/sign-in", data={"practice": PRACTICE, "person": "ada", "password": PASSWORD})

    assert refused.status_code == 403
    assert refused.headers["content-type"].startswith("text/html")
    assert browser.client.post("/sign-in", json={}).status_code == 422


@pytest.mark.parametrize(
    ("public_url", "prefix"), [("https://careroute.example", "__Host-"), ("http://127.0.0.1:8000", "")]
)
def test_over_tls_nobody_else_can_set_our_cookies(browser: Browser, public_url: str, prefix: str) -> None:
    """Browsers refuse a cookie with such a prefix from a sibling domain and from a page without TLS."""
    secure = bool(prefix)
    app = create_app(browser.service.app.state.flows, version="1", site=PageSettings(public_url))
    visitor = Browser(browser.service)
    visitor.client = Client(app, base_url=public_url, follow_redirects=False, headers={"Accept": "text/html"})

    page = visitor.open("/sign-in")

    assert page.headers["set-cookie"].startswith(f"{prefix}careroute_visit=")
    assert "Path=/;" in page.headers["set-cookie"]
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
