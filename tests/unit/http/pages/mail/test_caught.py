"""The emails that were caught, for whoever sits at the machine and for nobody else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from adapters.http.page_settings import PageSettings
from adapters.http.pages.mail.caught import Email, GuardedMailbox, routes

TOKEN = "token-that-was-printed"
LINK = "http://127.0.0.1:8000/inbox?delivery=1&copy=2"


class Box:
    """Emails without a catcher."""

    def __init__(self, *emails: Email) -> None:
        self._emails = emails

    def count(self) -> int:
        return len(self._emails)

    def newest(self, skip: int, limit: int) -> Sequence[Email]:
        return self._emails[skip : skip + limit]

    def mail(self, key: str) -> Email | None:
        return next((one for one in self._emails if one.key == key), None)


def email(key: str = "1.P2R3.abc", **values: Any) -> Email:  # noqa: ANN401 - a test names the fields.
    given: dict[str, Any] = {
        "at": datetime(2026, 3, 2, 12, 5, tzinfo=UTC),
        "sender": "no-reply@clinic.example",
        "recipients": ("ann@clinic.example",),
        "subject": "You have a new message",
        "text": f"Open the inbox:\n{LINK}\n",
        "html": f"<!doctype html><html><head><title>x</title></head><body><a href='{LINK}'>Open</a></body></html>",
    }
    return Email(key, **(given | values))


def serving(*emails: Email, public_url: str = "http://127.0.0.1:8000") -> FastAPI:
    """An application that has caught these, and nothing else."""
    made = FastAPI()
    made.include_router(routes)
    made.state.mailbox = GuardedMailbox(Box(*emails), TOKEN)
    made.state.page_settings = PageSettings(public_url)
    return made


@pytest.fixture
def app() -> FastAPI:
    """An application that has caught one email."""
    return serving(email())


def at(app: FastAPI, peer: str = "127.0.0.1", host: str = "127.0.0.1:8000", **headers: str) -> TestClient:
    """A browser at this address that asks for that host."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    visitor = TestClient(app, f"http://{host}", client=(peer, 5000), headers={"Accept": "text/html"} | named)
    visitor.cookies.set("careroute_mail", TOKEN)
    return visitor


def test_an_email_is_listed_and_shown_as_it_looks_and_as_text(app) -> None:
    browser = at(app)

    listed, shown = browser.get("/mail").text, browser.get("/mail/1.P2R3.abc").text

    assert "You have a new message" in listed
    assert 'href="/mail/1.P2R3.abc"' in listed
    assert "ann@clinic.example" in shown
    assert 'src="/mail/1.P2R3.abc/html" sandbox="allow-top-navigation-by-user-activation"' in shown
    assert '<a href="http://127.0.0.1:8000/inbox?delivery=1&amp;copy=2" rel="noopener">' in shown


def test_what_an_email_brings_along_runs_nothing(app) -> None:
    answer = at(app).get("/mail/1.P2R3.abc/html")
    policy = answer.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "frame-ancestors 'self'" in policy
    assert '<head><base target="_top"><title>' in answer.text
    assert "frame-src 'self'" in at(app).get("/mail/1.P2R3.abc").headers["content-security-policy"]


def test_text_is_shown_as_written() -> None:
    strange = "<script>alert(1)</script>"
    browser = at(serving(email("one", subject=strange, text=strange, html=""), email("two", html=strange)))

    for path in ("/mail", "/mail/one"):
        assert strange not in browser.get(path).text
    assert "iframe" not in browser.get("/mail/one").text
    assert browser.get("/mail/two/html").text == f'<base target="_top">{strange}'


@pytest.mark.parametrize(
    "who",
    [
        {"peer": "192.168.1.20"},
        {"peer": "testclient"},
        {"peer": "::ffff:10.0.0.1"},
        {"host": "portal.example"},
        {"host": "192.168.1.20:8000"},
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_For": ""},
        {"X_Real_IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X_Forwarded_Host": "localhost"},
    ],
)
def test_nobody_elsewhere_finds_a_page(app, who) -> None:
    browser = at(app, **who)

    for path in ("/mail", "/mail/1.P2R3.abc", "/mail/1.P2R3.abc/html"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "ann@clinic.example" not in answer.text


@pytest.mark.parametrize(
    ("peer", "host"), [("127.0.0.9", "localhost:8000"), ("::1", "[::1]:8000"), ("::ffff:127.0.0.1", "127.0.0.1")]
)
def test_whoever_sits_at_the_machine_does(app, peer, host) -> None:
    assert at(app, peer, host).get("/mail").status_code == 200


@pytest.mark.parametrize("public", ["https://portal.example", "http://10.0.0.1:8000", "http://[", ""])
def test_a_public_installation_has_no_such_page(public) -> None:
    assert at(serving(email(), public_url=public)).get("/mail").status_code == 404


def test_where_no_mail_is_caught_there_is_no_such_page(app) -> None:
    app.state.mailbox = None

    assert at(app).get("/mail").status_code == 404


def test_the_list_says_what_to_do_first_and_has_pages() -> None:
    assert "No email has been caught yet" in at(serving()).get("/mail").text
    browser = at(serving(*(email(f"m{number}") for number in range(60))))

    assert "/mail/m49" in browser.get("/mail").text
    assert "/mail/m50" not in browser.get("/mail?page=x").text
    assert "/mail/m59" in browser.get("/mail?page=1").text
    assert browser.get("/mail/nothing").status_code == 404


def test_the_token_that_was_printed_opens_the_page_and_nothing_else_does(app) -> None:
    visitor = at(app)
    visitor.cookies.clear()
    for path in ("/mail", "/mail/1.P2R3.abc", "/mail/1.P2R3.abc/html", "/mail?token=wrong"):
        assert visitor.get(path).status_code == 404

    entered = visitor.get(f"/mail?token={TOKEN}", follow_redirects=False)

    assert (entered.status_code, entered.headers["location"]) == (303, "/mail")
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert "ann@clinic.example" in visitor.get("/mail").text
    for peer in ("192.0.2.7", "10.0.0.1"):
        assert at(app, peer).get(f"/mail?token={TOKEN}").status_code == 404
