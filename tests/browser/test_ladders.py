"""Ladders and what is overdue, on a phone and in the dark, with the keyboard alone where it matters."""

from playwright.sync_api import expect

from tests.browser.conftest import NARROW

PAGE = "/admin/messaging/ladders"
# A field with its border, and what stands around it.
MOST_LINE = 60
# The words of menus that have less room than they need.
CUT = """selects => selects.filter((one) => {
    const given = one.offsetWidth;
    one.style.width = "max-content";
    return one.offsetWidth > given;
}).map((one) => one.selectedOptions[0].textContent)"""


def test_a_topic_gets_a_ladder_of_its_own_after_a_look_at_what_it_would_have_done(visitor, axe, fits) -> None:
    page = visitor(viewport=NARROW, color_scheme="dark").sign_in("olivia", PAGE)
    expect(page.get_by_role("heading", name="Ladders")).to_be_visible()
    axe(page)
    fits(page)

    page.get_by_role("link", name="Billing").first.click()
    first = page.get_by_role("group", name="Step 1")
    first.get_by_label("it after").fill("4")
    first.get_by_label("If nobody has").select_option("answered")
    first.get_by_label("What happens").select_option("alert the administrators")
    page.get_by_role("button", name="See what it would have done").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("in the last 30 days")
    expect(first.get_by_label("it after")).to_have_value("4")
    axe(page)

    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("If nobody has answered it after 4 h, alert the administrators.")).to_be_visible()
    expect(page.get_by_role("link", name="Billing (own ladder)").first).to_be_visible()

    page.goto(page.url.partition("/admin")[0] + "/admin/overdue")
    expect(page.get_by_text("Nothing is overdue")).to_be_visible()
    axe(page)
    fits(page)


def test_a_step_takes_one_line_on_a_laptop(visitor, fits) -> None:
    page = visitor(viewport={"width": 1280, "height": 800}).sign_in("olivia", PAGE)
    page.get_by_role("button", name="Use this ladder").click()
    for path in (PAGE, "/admin/messaging/urgency"):
        page.goto(page.url.partition("/admin")[0] + path)
        steps = page.locator(".ladder-step")
        expect(steps.first).to_be_visible()
        heights = steps.evaluate_all("steps => steps.map((step) => step.offsetHeight)")
        assert max(heights) < MOST_LINE, heights
        assert steps.locator("select").evaluate_all(CUT) == []
        fits(page)
