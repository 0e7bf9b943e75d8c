"""A link opens the portal once, and asks before it leads into another chart."""

from router.actors import COMMAND
from tests.builders import a_patient
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser, fields_on

SAM = a_patient("sam", name="Sam Reed")


def link(browser: Browser, patient: str) -> str:
    return browser.service.house.portal_links.make(PRACTICE, patient, None, COMMAND)[0]


def test_a_link_opens_the_portal_once_and_signing_out_closes_it(browser: Browser) -> None:
    browser.enter_portal("pat", "al")
    token = browser.client.cookies["careroute_portal"]

    left = browser.send("/portal/enter", "/portal/enter", link="used")
    assert left.status_code == 410
    assert "no longer works" in left.text
    assert browser.client.post("/portal/sign-out", data={"csrf": "wrong"}).status_code == 403
    assert token


def test_a_button_pressed_twice_leads_to_what_it_opened(browser: Browser) -> None:
    """Also where the first answer was lost, and its cookie with it."""
    token = link(browser, "pat")
    fields = fields_on(browser.open(f"/portal/enter?link={token}").text)
    first = browser.client.post("/portal/enter", data=fields)
    session = browser.client.cookies["careroute_portal"]

    pressed = browser.client.post("/portal/enter", data=fields)
    browser.client.cookies.delete("careroute_portal")
    lost = browser.client.post("/portal/enter", data=fields)

    for page in (first, pressed, lost):
        assert (page.status_code, page.headers.get("location")) == (303, "/portal")
    assert browser.client.cookies["careroute_portal"] == session
    assert browser.open("/portal").status_code == 200
    signed_out = browser.send("/portal", "/portal/sign-out")
    assert signed_out.status_code == 303
    assert browser.client.post("/portal/enter", data=fields).status_code == 410


def test_a_spent_link_opens_nothing_elsewhere_and_leads_back_to_the_messages_that_are_open(browser: Browser) -> None:
    browser.service.house.bring([], [SAM])
    other = Browser(browser.service).enter_portal("sam")
    fields = fields_on(browser.open(f"/portal/enter?link={(token := link(browser, 'pat'))}").text)
    browser.client.post("/portal/enter", data=fields)

    nobody = Browser(browser.service).send("/portal/enter", "/portal/enter", link=token)
    inside = other.send("/portal/enter", "/portal/enter", link=token)

    assert (nobody.status_code, inside.status_code) == (410, 410)
    assert "Open your messages again from your practice" in nobody.text
    assert "Go to these messages" not in nobody.text
    assert '<a class="button main" href="/portal">Go to these messages</a>' in inside.text
    assert "<bdi>Sam Reed</bdi>" in inside.text
    assert "Pat" not in inside.text


def test_a_link_whose_answer_was_lost_does_not_take_over_from_another_chart(browser: Browser) -> None:
    fields = fields_on(browser.open(f"/portal/enter?link={link(browser, 'pat')}").text)
    browser.client.post("/portal/enter", data=fields)
    browser.client.cookies.delete("careroute_portal")
    browser.service.house.bring([], [SAM])
    browser.enter_portal("sam")
    session = browser.client.cookies["careroute_portal"]

    page = browser.client.post("/portal/enter", data=fields)

    assert page.status_code == 410
    assert "<bdi>Sam Reed</bdi>" in page.text
    assert browser.client.cookies["careroute_portal"] == session


def test_a_frontend_makes_a_link_with_its_key(browser: Browser) -> None:
    client = browser.service.client()

    made = client.post("/v1/patients/pat/portal-link", json={"actor": "al"})

    assert made.status_code == 200
    assert made.json()["url"].startswith("http://127.0.0.1:8000/portal/enter?link=")
    assert client.post("/v1/patients/nobody/portal-link").status_code == 404
    assert client.post("/v1/patients/pat/portal-link", json={"actor": "nobody"}).status_code == 404


def test_a_link_into_another_chart_asks_first(browser: Browser) -> None:
    browser.enter_portal("pat")
    before = browser.client.cookies["careroute_portal"]
    token, _ = browser.service.house.portal_links.make(PRACTICE, "sam", None, COMMAND)

    asked = browser.open(f"/portal/enter?link={token}")
    unasked = browser.send(f"/portal/enter?link={token}", "/portal/enter", link=token)

    for page in (asked, unasked):
        assert page.status_code == 200
        assert "enter.js" not in page.text
        assert "data-submit-at-once" not in page.text
        assert "the messages of" in page.text
        assert "Pat" in page.text
    assert browser.client.cookies["careroute_portal"] == before
    done = browser.send(f"/portal/enter?link={token}", "/portal/enter", link=token, change="1")
    assert done.headers["location"] == "/portal"
    stale = Browser(browser.service)
    stale.client.cookies.set("careroute_portal", before)
    assert stale.open("/portal").status_code == 401


def test_a_link_into_the_same_chart_asks_nothing(browser: Browser) -> None:
    browser.enter_portal("pat")

    assert browser.enter_portal("pat").open("/portal").status_code == 200
