"""Signing in and out in a browser, and what every page carries."""

import re

import pytest

from router.actors import COMMAND
from tests.house import PRACTICE
from tests.integration.pages.conftest import PASSWORD, Browser


@pytest.mark.parametrize(
    "target", ["/inbox?delivery=1", "/admin/people?q=ann+lee", "/admin/people?q=~a;b:c,d/?", "/inbox/message/a~b'(c)@d"]
)
def test_the_form_leads_to_the_page_that_was_asked_for(browser: Browser, target) -> None:
    browser.service.house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)
    fields = {"practice": PRACTICE, "person": "ada", "password": PASSWORD}

    done = browser.send("/sign-in", "/sign-in", **fields, next=target)

    assert (done.status_code, done.headers["location"]) == (303, target)
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb", "javascript:x", "/a\\b", "/a?b\tc"),
        *("/inbox?q=é", "/inbox#/evil.example", "/\t/evil.example", "/@evil.example", "/a b"),
    ],
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


def test_a_person_at_an_address_that_is_not_there_reads_a_page(browser: Browser) -> None:
    page = browser.open("/nowhere")

    assert page.status_code == 404
    assert "There is no page at this address." in page.text
    assert browser.open("/v1/nowhere").headers["content-type"] == "application/problem+json"


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
