"""Emails about answers: the switch in the portal, and the page of the link in each of them."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from router.actors import COMMAND
from router.messages.conversation import PatientRef
from router.practice.people import AuthorizedUser, Permission
from tests.builders import a_patient
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import answer_to, come, sent
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

HOME = "home@family.example"
MUM = AuthorizedUser("mum", "Mum Doe", email="mum@family.example", permissions=frozenset(Permission))
PAT = a_patient("pat", team=["ann"], email=HOME, notify=True, authorized_users=(MUM,))
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def told(pat: Browser) -> tuple[Browser, str]:
    """Pat got an email about an answer; the path and query of its link to unsubscribe."""
    house = pat.service.house
    house.bring([], [PAT])
    answer_to(pat, sent(pat))
    house.notify.run()
    (mail,) = [mail for mail in house.mailer.sent if mail.recipient == HOME]
    return pat, mail.unsubscribe.removeprefix("https://x.example")


def wants(pat: Browser, actor: str | None = None) -> bool:
    return pat.service.house.email_choice.choice(PatientRef(PRACTICE, "pat", actor, COMMAND)).wanted


def test_opening_the_link_turns_nothing_off(told: tuple[Browser, str]) -> None:
    """Mail filters open links before people do, with GET and with HEAD."""
    pat, link = told
    stranger = TestClient(pat.service.app, follow_redirects=False)

    pages = [stranger.get(link), stranger.head(link), pat.open(link)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert '<button class="button main">Turn off emails</button>' in pages[0].text
    assert pages[0].headers["referrer-policy"] == "no-referrer"
    assert not pages[0].cookies
    assert "Pat" not in pages[0].text
    assert PRACTICE not in pages[0].text
    assert wants(pat)


@pytest.mark.parametrize("encoding", ["form", "multipart", "nothing"])
@pytest.mark.both_engines
def test_one_click_needs_no_cookie_and_leads_nowhere_else(told: tuple[Browser, str], encoding: str) -> None:
    """RFC 8058, sections 3.1 and 3.2."""
    pat, link = told
    given = {"form": {"data": ONE_CLICK}, "multipart": {"files": {"List-Unsubscribe": (None, "One-Click")}}}
    provider = TestClient(pat.service.app, follow_redirects=False)

    answer = provider.post(link, **given.get(encoding, {}))  # type: ignore[arg-type] # of one encoding.

    assert answer.status_code == 200
    assert "<h1>Emails are off</h1>" in answer.text
    assert not wants(pat)


def test_another_site_that_knows_the_link_may_use_it_like_anybody(told: tuple[Browser, str]) -> None:
    pat, link = told

    assert pat.client.post(link, headers={"Sec-Fetch-Site": "cross-site", "Origin": "null"}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_was_made_up_says_that_it_does_not_work(told: tuple[Browser, str], method: str) -> None:
    pat, link = told
    stranger = TestClient(pat.service.app, follow_redirects=False)

    for wrong in (f"{link}x", "/unsubscribe", "/unsubscribe?token=" + "a" * 5000, "/unsubscribe?token=%ff%00"):
        answer = stranger.request(method, wrong)
        assert answer.status_code == 410, wrong
        assert "This link no longer works" in answer.text
    assert wants(pat)


def test_a_long_body_is_refused(told: tuple[Browser, str]) -> None:
    pat, link = told

    assert TestClient(pat.service.app).post(link, content=b"x" * 5000).status_code == 413
    assert wants(pat)


def test_the_page_of_messages_shows_the_choice_and_changes_it(told: tuple[Browser, str]) -> None:
    pat, link = told
    before = pat.open("/portal").text
    assert "Emails about answers: on" in before
    assert HOME in before

    pat.client.post(link)
    assert "Emails about answers: off" in pat.open("/portal").text

    on = pat.send("/portal", "/portal/emails", do="on")
    assert (on.status_code, on.headers["location"]) == (303, "/portal#emails")
    assert "Emails about answers: on" in pat.open("/portal").text

    pat.send("/portal", "/portal/emails", do="off")
    assert not wants(pat)


def test_each_person_chooses_for_themselves(told: tuple[Browser, str]) -> None:
    pat, _ = told
    mum = come(pat, "pat", "mum")
    assert "Emails about answers: off" in mum.open("/portal").text
    assert HOME not in mum.open("/portal").text

    mum.send("/portal", "/portal/emails", do="on")

    assert wants(pat, "mum")
    assert "mum@family.example" in mum.open("/portal").text


def test_without_an_address_the_page_says_so_and_offers_nothing(pat: Browser) -> None:
    pat.service.house.bring([], [replace(PAT, email=None)])

    page = pat.open("/portal").text

    assert "Your practice has no email address for you." in page
    assert "/portal/emails" not in page


def test_whoever_may_read_nothing_can_choose_nothing(pat: Browser) -> None:
    writer = replace(MUM, permissions=frozenset({Permission.WRITE}))
    pat.service.house.bring([], [replace(PAT, authorized_users=(writer,))])
    mum = come(pat, "pat", "mum")

    assert "Emails about answers" not in mum.open("/portal").text
    assert mum.send("/portal/compose", "/portal/emails", do="on").status_code == 404
