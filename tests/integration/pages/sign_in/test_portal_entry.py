"""A link opens the portal once, and asks before it leads into another chart."""

from router.actors import COMMAND
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser


def test_a_link_opens_the_portal_once_and_signing_out_closes_it(browser: Browser) -> None:
    browser.enter_portal("pat", "al")
    token = browser.client.cookies["careroute_portal"]

    left = browser.send("/portal/enter", "/portal/enter", link="used")
    assert left.status_code == 410
    assert "no longer works" in left.text
    assert browser.client.post("/portal/sign-out", data={"csrf": "wrong"}).status_code == 403
    assert token


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
