"""Somebody's inbox with two messages, for the tests of its pages."""

import re

import httpx2
import pytest

from router.flows.staff.inbox import InboxView
from router.messages.inbox import InboxItem
from router.messages.states import DeliveryState
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import STAFF, House
from tests.integration.pages.conftest import Browser

HOSTILE = '<script>alert(1)</script> \u202eright to left 👩‍⚕️ & "quotes"'
USER = AuthorizedUser("cara", "Cara Doe", permissions=frozenset({Permission.READ, Permission.WRITE}))


@pytest.fixture
def house_with_mail(browser: Browser) -> House:
    """Messages of pat and sam about a bill, for ann and ben."""
    house = browser.service.house
    pat = a_patient("pat", name="Pat Dœ", record_number="MRN-1", authorized_users=(USER,), team=["ann"])
    house.bring([*STAFF, a_staff("left", active=False)], [pat, a_patient("sam", name="Sam Reed")])
    house.save(settings({Topic.BILLING: ["ann", "ben"]}))
    house.write(
        house.draft("first", patient="pat", sender="cara", subject="First subject", body="First\nbody"),
        house.draft("second", subject="Second subject"),
    )
    house.route.run()
    return house


@pytest.fixture
def ann(browser: Browser, house_with_mail: House) -> Browser:
    """Ann, signed in."""
    del house_with_mail
    return browser.sign_in("ann")


def item(house: House, staff: str = "ann", subject: str = "First subject") -> InboxItem:
    found = [*house.inbox(staff).items, *house.inbox(staff, InboxView.DONE).items]
    return next(one for one in found if one.subject == subject)


def page_of(one: InboxItem) -> str:
    return f"/inbox/message/{one.delivery}"


def fields_of(text: str) -> dict[str, str]:
    """What a form of a message carries besides its visible fields."""
    found = re.findall(r'<input type="hidden" name="(last_seen|key)" value="([^"]*)"', text)
    return dict(reversed(found))


def looked_at(text: str) -> dict[str, object]:
    """What the form of a move carries of who was shown to be able to read it."""
    topics = re.findall(r'name="looked_at" value="([^"]*)"', text)
    return {"looked_at": topics[0], "reader": re.findall(r'name="reader" value="([^"]*)"', text)}


def move(browser: Browser, path: str, topic: str) -> httpx2.Response:
    """Look at who will be able to read a conversation under another topic, then move it there."""
    fields = {"topic": topic, **fields_of(browser.open(path).text)}
    looked = looked_at(browser.send(path, f"{path}/topic", do="look", **fields).text)
    return browser.send(path, f"{path}/topic", do="move", **fields, **looked)


@pytest.fixture
def ids(ann: Browser) -> list[str]:
    """The deliveries of ann: the first is read, the second never opened."""
    house = ann.service.house
    first = item(house)
    ann.send("/inbox", f"/inbox/message/{first.delivery}", do="read")
    return [str(first.delivery), str(item(house, subject="Second subject").delivery)]


def states(house: House) -> list[DeliveryState]:
    """Of ann's two deliveries, in that order."""
    return [item(house).state, item(house, subject="Second subject").state]


def selected(page: str) -> list[str]:
    """The deliveries that are selected in a list."""
    return re.findall(r'name="delivery" value="([^"]+)" checked', page)


def ann_as(browser: Browser, staff: str) -> Browser:
    browser.client.cookies.clear()
    return browser.sign_in(staff)
