"""A patient in the portal, and what patients and staff did before, for the tests of its pages."""

import html
import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from router.actors import COMMAND
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.conversation import PatientRef
from router.messages.inbox import DeliveryRef
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser

PAGE = "/portal"
COMPOSE = "/portal/compose"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def pat(browser: Browser) -> Browser:
    """Pat, whose care team is Ann; bills go to Ben behind a display name."""
    browser.service.house.save(settings({Topic.BILLING: ["ben"]}))
    return browser.enter_portal("pat")


def come(browser: Browser, patient: str, user: str | None = None) -> Browser:
    """Somebody else, in a browser of their own."""
    return Browser(browser.service).enter_portal(patient, user)


def with_users(browser: Browser, **permissions: frozenset[Permission]) -> None:
    """These people may act for pat, and nobody else."""
    users = tuple(AuthorizedUser(one, one.title(), permissions=may) for one, may in permissions.items())
    browser.service.house.bring([], [a_patient("pat", team=["ann"], authorized_users=users)])


def press(browser: Browser, page: httpx2.Response, path: str = COMPOSE, **fields: str) -> httpx2.Response:
    """Send the form of a page; `__` in the names of fields stands for a dot."""
    text = page.text.split("data-draft")[1].split("</form>")[0]
    named = {name: html.unescape(value) for name, value in HIDDEN.findall(text)}
    given = {name.replace("__", "."): value for name, value in fields.items()}
    return browser.client.post(path, data=named | {"do": "send"} | given)


def bill(**fields: str) -> dict[str, str]:
    return {"topic": "billing", "subject": "A bill", "body": "Is it right?"} | fields


def sent(browser: Browser, **fields: Any) -> Receipt:  # noqa: ANN401 - a test names the fields.
    """A message that pat has written, delivered."""
    house = browser.service.house
    receipt = house.write(house.draft(str(uuid4()), **({"patient": "pat"} | fields)))[0]
    house.route.run()
    return receipt


def answer_to(browser: Browser, receipt: Receipt, body: str = "We will look.") -> None:
    house = browser.service.house
    item = next(one for one in house.inbox("ben").items if one.message == receipt.id)
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "ben", COMMAND), ReplyRequest(body))


def stored(browser: Browser, patient: str = "pat") -> int:
    """How many entries there are in a patient's conversations."""
    threads, _ = browser.service.house.conversations.threads(
        PatientRef(PRACTICE, patient, None, COMMAND), None, None, 99
    )
    return sum(len(thread.entries) for thread in threads)
