"""The portal of a practice with messaging on, and what patients do in it, for the tests in a browser."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, Visitor, serving
from tests.processes import wait_for

TEAM = [{"staff": "lee", "role": "Primary care"}, {"staff": "patel", "role": "Nurse"}]
CARER = {"id": "carlos", "name": "Carlos Alvarez", "permissions": ["messages:read", "messages:write"]}
HELPER = {"id": "helper", "name": "Hel Per", "permissions": ["messages:write"]}
PATIENTS = (
    "writer",
    "changer",
    "replier",
    "plain",
    "drafter",
    "reader",
    "newcomer",
    "follower",
    "counter",
    "mailed",
    "returner",
    "filler",
    "elder",
    "younger",
)


@pytest.fixture(scope="module")
def site(furnished: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Messaging is on: bills go to a display name, for all else patients choose; Nina Patel is away."""
    with serving(furnished, tmp_path_factory.mktemp("portal")) as made:
        patients = [
            {
                "id": patient,
                "name": f"{patient.title()} Reed",
                "birth_date": "1961-04-09",
                "home_site": "north",
                "sites": ["north", "south"],
                "email": f"{patient}.of.a.rather.long.name@a-family-with-a-long-name.example"
                if patient == "mailed"
                else None,
                "notify": patient == "mailed",
                "care_team": TEAM,
                "authorized_users": [CARER, HELPER],
            }
            for patient in PATIENTS
        ]
        assert made.portal.call("PUT", "/v1/roster", {"patients": patients})[0] == 200
        change_messaging(made, billing={"recipients": ["gomez"]})
        now = datetime.now(UTC)
        absence = {"from": str(now - timedelta(hours=1)), "until": str(now + timedelta(days=3)), "cover": "okafor"}
        assert made.portal.call("PUT", "/v1/staff/patel/absence", absence)[0] == 200
        yield made


def change_messaging(site: Site, **topics: dict[str, Any]) -> None:
    """Save the settings with messaging on and these topics changed."""
    settings = site.messaging() | {"messaging_enabled": True}
    for name, change in topics.items():
        settings["practice"]["topics"][name] |= change
    saved = site.portal.call("PUT", "/v1/messaging", settings, If_Match=f'"{settings["version"]}"')
    assert saved[0] == 200, saved


def written(site: Site, patient: str, key: str, **fields: object) -> str:
    """A message about a bill that came over the API; the id of its conversation."""
    status, accepted = site.portal.write(f"{patient}-{key}", patient=patient, **fields)
    assert status == 202, accepted
    return str(accepted["conversation"])


def answer(site: Site, conversation: str, body: str = "We will look into it.") -> None:
    """Luis Gomez answers in a conversation."""

    def find() -> Any:  # noqa: ANN401 - JSON is what it is.
        found = site.portal.call("GET", "/v1/staff/gomez/inbox")[1]["items"]
        return next((one for one in found if one["conversation"] == conversation), None)

    delivery = wait_for(find, "the delivery")["id"]
    assert site.portal.call("POST", f"/v1/deliveries/{delivery}/reply", {"staff": "gomez", "body": body})[0] == 201


def conversations(site: Site, patient: str) -> Any:  # noqa: ANN401 - JSON is what it is.
    return site.portal.call("GET", f"/v1/patients/{patient}/conversations")[1]["items"]


def come(window: Visitor, patient: str, actor: str | None = None) -> Page:
    """Come into the portal, and be there."""
    page = window.enter_portal(patient, actor)
    # Into another chart a link leads only when it is asked to.
    other = page.get_by_role("button", name="Open the other messages")
    if other.is_visible():
        other.click()
    page.wait_for_url("**/portal")
    return page


def topic(page: Page, label: str) -> Locator:
    return page.get_by_role("radio", name=label, exact=True)


def fill(page: Page, subject: str, body: str) -> None:
    page.get_by_label("Subject").fill(subject)
    page.get_by_role("textbox", name="Message").fill(body)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("heading", name="Your message was sent")).to_be_visible()
