"""The page of the operators, in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from adapters.database.engine import make_engine
from adapters.database.tables import notification
from tests.browser.conftest import NARROW, WIDE, Site, enlarge_text
from tests.browser.sample import PASSWORD
from tests.processes import wait_for

Operate = Callable[..., Page]


def park(site: Site, count: int) -> list[str]:
    """Emails, as if the mail server had refused them; returns their notifications' ids."""
    settings = site.messaging()
    if not settings["messaging_enabled"]:
        settings["messaging_enabled"] = True
        settings["practice"]["topics"]["billing"]["recipients"] = ["gomez"]
        assert site.portal.call("PUT", "/v1/messaging", settings, If_Match='"0"')[0] == 200
    for number in range(count):
        assert site.portal.write(f"{settings['version']}-{number}")[0] == 202
    engine = make_engine(f"sqlite:///{site.data / 'careroute.db'}")

    def sent() -> list[Any]:
        with engine.connect() as connection:
            found = connection.execute(select(notification.c.id).where(notification.c.state == "sent"))
            return ids if len(ids := list(found.scalars())) >= count else []

    ids = wait_for(sent, "the emails")
    with engine.begin() as connection:
        connection.execute(update(notification).values(state="parked", reason="rejected"))
    engine.dispose()
    return [str(one) for one in ids]


@pytest.fixture
def operate(visitor: Any, site: Site) -> Operate:  # noqa: ANN401 - see conftest.
    """Signs olga in, in a window of her own."""
    site.command("operator", "create", "olga", given=f"{PASSWORD}\n")

    def open_window(**options: Any) -> Page:  # noqa: ANN401 - Playwright's own options.
        window = visitor(**options)
        if options.get("java_script_enabled", True):
            window.page.clock.install()
        page: Page = window.sign_in("olga", practice="")
        expect(page.get_by_role("heading", name="Operations")).to_be_visible()
        return page

    return open_window


def test_the_page_refreshes_by_itself_and_leaves_the_focus_where_it_is(operate, site) -> None:
    page = operate()
    expect(page.get_by_text("Nothing is parked")).to_be_visible()
    ids = park(site, 1)

    page.clock.fast_forward(5_000)
    button = page.get_by_role("button", name=f"Requeue notification {ids[0]}")
    expect(button).to_be_visible()
    expect(page.locator("[data-said]")).to_contain_text("1 parked, 0 in the quarantine")
    button.focus()
    page.get_by_role("button", name="Pause refreshing").evaluate("button => button.click()")
    park(site, 1)
    page.clock.fast_forward(10_000)
    expect(page.get_by_role("button", name="Requeue notification")).to_have_count(1)
    page.get_by_role("button", name="Pause refreshing").evaluate("button => button.click()")
    expect(page.get_by_role("button", name="Requeue notification")).to_have_count(2)
    expect(button).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Notification {ids[0]} of willow.")).to_be_visible()
    page.clock.fast_forward(5_000)
    expect(page.get_by_text("The mail server accepted it.")).to_be_visible()
    expect(page.get_by_role("button", name="Requeue notification")).to_have_count(1)


def test_the_page_keeps_nobody_out(operate, site, axe, fits) -> None:
    """Empty and filled, light and dark; without scripts the buttons do the same."""
    page = operate()
    axe(page)
    park(site, 2)
    page = operate()
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        page.reload()
        axe(page)
    enlarge_text(page)
    fits(page)

    plain = operate(java_script_enabled=False)
    plain.get_by_role("button", name="Requeue notification").first.click()
    expect(plain.get_by_text("Requeued")).to_be_visible()
