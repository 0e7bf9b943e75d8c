"""The administrator of twelve sites: few actions, and pages that keep nobody out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE, Site, enlarge_text, serving

SITES = [f"s{number:02}" for number in range(1, 13)]
TOPICS = ("Medical", "Appointment", "Medication", "Billing", "Other")
MOST_ACTIONS = 60
# Of a site that is as the practice, with a name that takes two lines.
MOST_ROW_PIXELS = 90


@pytest.fixture(scope="module")
def site(furnished: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Twelve sites besides the two of the sample, each with a nurse and a front desk of its own; nothing is set up."""
    with serving(furnished, tmp_path_factory.mktemp("twelve")) as made:
        sites = [{"id": one, "name": f"Clinic {one[1:]}"} for one in SITES]
        staff = [
            {
                "id": f"{role}-{site_id}",
                "name": f"{name} {site_id[1:]}",
                "title": title,
                "email": f"{role}-{site_id}@willow.example",
            }
            for site_id in SITES
            for role, name, title in (("nurse", "Nurse Nora", "Nurse"), ("desk", "Desk Dana", "Front desk"))
        ]
        assert made.portal.call("PUT", "/v1/roster", {"sites": sites, "staff": staff})[0] == 200
        yield made


@dataclass
class Counted:
    """Acts on a page as a person does, and counts: a click, a choice from a list, or a field that is filled in."""

    page: Page
    actions: int = 0

    def click(self, what: Locator) -> None:
        self.actions += 1
        what.click()

    def fill(self, what: Locator, text: str) -> None:
        self.actions += 1
        what.fill(text)

    def choose(self, what: Locator, label: str) -> None:
        self.actions += 1
        what.select_option(label=label)


def test_twelve_sites_are_set_up_in_under_sixty_actions(visitor) -> None:
    """Three topics alike everywhere, two of them different at each site, and one site as another one."""
    window = visitor()
    page = window.sign_in("olivia", "/admin/messaging")
    person = Counted(page)
    person.click(page.get_by_text("Messaging", exact=True).locator("xpath=ancestor::label"))
    for topic, name in (("Medication", "Ruth"), ("Billing", "Luis"), ("Other", "Frank")):
        area = page.get_by_role("group", name=topic, exact=True)
        person.fill(area.get_by_label("Add somebody by name or title"), name)
    person.click(page.get_by_role("button", name="Save changes"))
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()

    person.click(page.get_by_role("heading", name="Sites at a glance"))
    person.click(page.get_by_role("link", name="Medical", exact=True))
    for number in SITES:
        person.fill(page.get_by_label(f"Add somebody at Clinic {number[1:]}"), f"Nora {number[1:]}")
    person.click(page.get_by_role("button", name="Save").last)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    person.click(page.get_by_role("link", name="Appointment", exact=True))
    for number in SITES:
        person.fill(page.get_by_label(f"Add somebody at Clinic {number[1:]}"), f"Dana {number[1:]}")
    person.click(page.get_by_role("button", name="Save").last)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    # Clinic 12 is closed for a while: what patients write there goes to those of Clinic 11.
    person.click(page.get_by_role("link", name="← Messaging"))
    person.click(page.get_by_text("Copy topics to other sites"))
    person.choose(page.get_by_label("From"), "Clinic 11")
    person.click(page.get_by_role("checkbox", name="Clinic 12"))
    person.click(page.get_by_role("button", name="Copy and save"))
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()

    saved = window.site.messaging()
    assert saved["messaging_enabled"]
    assert saved["by_site"]
    for number in SITES:
        own = saved["sites"][number]["topics"]
        like = "s11" if number == "s12" else number
        assert own["medical"]["recipients"] == [f"nurse-{like}"]
        assert own["appointment"]["recipients"] == [f"desk-{like}"]
        assert own["billing"]["recipients"] == ["gomez"]
    assert person.actions < MOST_ACTIONS, person.actions


def test_the_pages_of_many_sites_keep_nobody_out(
    visitor, axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    window = visitor()
    page = window.sign_in("marcus", "/admin/messaging")
    expect(page.get_by_role("heading", name="Sites at a glance")).to_be_visible()
    for path in (
        "/admin/messaging",
        "/admin/messaging/topics/medical?site=s03",
        "/admin/messaging/emails",
        "/admin/messaging/gaps",
        "/admin/messaging/sheet",
        "/admin/patients",
    ):
        page.set_viewport_size(WIDE)
        page.goto(window.site.url + path)
        axe(page)
        page.set_viewport_size(NARROW)
        axe(page)
        enlarge_text(page)
        fits(page)
    page.locator("#text").fill("alvarez")
    page.keyboard.press("Enter")
    page.locator(".patients-found summary").first.click()
    axe(page)
    enlarge_text(page)
    fits(page)


def test_tables_are_dense_on_a_desktop_lists_beside_the_menu_and_tables_again_on_paper(visitor) -> None:
    page = visitor().sign_in("marcus", "/admin/messaging/topics/billing")
    rows = page.locator(".site-row").filter(has_text="As the practice")
    heights = rows.evaluate_all("rows => rows.map((row) => row.offsetHeight)")
    assert heights
    assert max(heights) <= MOST_ROW_PIXELS, heights

    head = page.locator("thead").first
    is_table = "element => element.getBoundingClientRect().height > 2"
    for path in ("/admin/people", "/admin/messaging/sheet"):
        page.goto(page.url.partition("/admin")[0] + path)
        page.set_viewport_size(WIDE)
        assert head.evaluate(is_table), path
        page.set_viewport_size({"width": 820, "height": 900})
        assert not head.evaluate(is_table), path
    # What is left of a page of A4.
    page.set_viewport_size({"width": 718, "height": 1000})
    page.emulate_media(media="print")
    assert head.evaluate(is_table)
