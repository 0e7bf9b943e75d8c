"""The portal without a session says how to come in."""

import pytest

from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.


@pytest.mark.parametrize("path", ["/portal", "/portal/compose", "/portal/topics/billing"])
def test_who_has_no_session_reads_how_to_come_in(browser: Browser, path: str) -> None:
    page = browser.open(path)

    assert page.status_code == 401
    assert "<h1>Sign in to read your messages</h1>" in page.text
    assert "You are signed out" not in page.text


def test_who_has_signed_out_reads_that_they_left_and_then_how_to_come_in(pat: Browser) -> None:
    left = pat.send("/portal", "/portal/sign-out")

    assert "<h1>You are signed out of your messages</h1>" in pat.open(left.headers["location"]).text
    assert "<h1>Sign in to read your messages</h1>" in pat.open("/portal").text
