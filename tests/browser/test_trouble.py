"""A message that the service can't take just now, in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, Site, serving
from tests.browser.portals import fill, topic
from tests.browser.test_inbox import open_messaging

# A link is made, the list and the form are opened, and nothing else may be asked for in this minute.
REQUESTS = "3"


@pytest.fixture
def site(furnished: tuple[Path, str], tmp_path: Path) -> Iterator[Site]:
    """A service that allows so many requests a minute about a patient."""
    with serving(furnished, tmp_path, REQUESTS_BY_PATIENT=REQUESTS) as made:
        open_messaging(made, "patel")
        yield made


def test_a_message_that_can_not_be_taken_stays_on_the_page(visitor, axe, fits) -> None:
    window = visitor(viewport=NARROW)
    page = window.enter_portal("sam")
    page.wait_for_url("**/portal")
    page.goto(f"{window.site.url}/portal/compose")
    topic(page, "Billing").check()
    fill(page, "My bill", "Is it right?\nI can't tell.")

    page.get_by_role("button", name="Send message").click()

    expect(page.get_by_role("heading", name="We couldn't send it just now")).to_be_visible()
    expect(page.get_by_label("Your text")).to_have_value("Is it right?\nI can't tell.")
    expect(page.get_by_role("button", name="Send again")).to_be_visible()
    axe(page)
    fits(page)
