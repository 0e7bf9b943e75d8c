"""What no page shows again of a form that was not taken: passwords, and what a visitor has typed."""

import pytest

from router.errors import UnavailableError
from tests.integration.pages.conftest import PASSWORD, Browser, fields_on
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414
from tests.integration.pages.kit.test_unsent import post
from tests.integration.pages.kit.troubles import trouble


@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "same-origin"}, {}], ids=["said", "unsaid"])
def test_without_cookies_a_visitor_reads_why_and_no_page_holds_the_password(browser: Browser, site) -> None:
    fields = fields_on(browser.open("/sign-in").text) | {"practice": "clinic", "person": "ada", "password": PASSWORD}
    browser.client.cookies.clear()

    refused = browser.client.post("/sign-in", data=fields, headers=site)

    assert refused.status_code == 403
    assert "<h1>This form is out of date</h1>" in refused.text
    assert "Check that cookies are turned on" in refused.text
    assert "You were signed out" not in refused.text
    assert PASSWORD not in refused.text


def test_passwords_are_never_shown_again(ann: Browser) -> None:
    typed = {"current": PASSWORD, "password": "a whole new password", "again": "a whole new password"}
    fields = fields_on(ann.open("/account").text) | typed
    mend = trouble(ann, "own_password", "change", UnavailableError("gone"))
    unavailable = post(ann, "/account/password", fields)
    mend()
    outdated = post(ann, "/account/password", fields | {"csrf": "0" * 64})
    ann.client.cookies.clear()
    ended = post(ann, "/account/password", fields)

    assert [page.status_code for page in (unavailable, outdated, ended)] == [503, 403, 401]
    for page in (unavailable, outdated, ended):
        assert PASSWORD not in page.text
        assert "a whole new password" not in page.text
        assert "again</button>" not in page.text
