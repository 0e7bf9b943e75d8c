"""Who gets what, on one page for the wall."""

import html
import re

from router.practice.topics import Topic
from tests.builders import a_staff, settings, topic_set
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging/sheet"


def text(browser: Browser) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", browser.open(PAGE).text)).split())


def test_each_topic_names_who_gets_it_at_each_site(browser: Browser) -> None:
    house = browser.service.house
    house.bring([a_staff("gone")])
    south = topic_set({Topic.BILLING: ["ben"], Topic.OTHER: ["gone"]}, off=[Topic.MEDICAL])
    house.save(settings({Topic.BILLING: ["ann", "ben"]}, by_site=True, sites={"south": south}, catch_all=("ann",)))
    house.bring([a_staff("gone", active=False)])

    sheet = text(browser.sign_in("ada"))

    own, shared = sheet.split("All other sites North Clinic")
    assert "South Clinic Topic Who gets it Patients see Medical Not offered to patients" in own
    assert "Billing Ben Billing" in own
    assert "Other The catch-all" in own
    assert "Gone" not in own
    assert "Billing Ann Ben Billing" in shared
    assert "Medical Patients choose from their care team" in shared
    assert "Messages that nobody else gets Ann" in shared


def test_one_set_is_one_table(browser: Browser) -> None:
    sheet = text(browser.sign_in("ada"))

    assert sheet.count("Topic Who gets it Patients see") == 1
    assert "All sites" in sheet
    assert "Messages that nobody else gets Ada" in sheet


def test_only_administrators_see_it(browser: Browser) -> None:
    assert browser.sign_in("ann").open(PAGE).status_code == 403
