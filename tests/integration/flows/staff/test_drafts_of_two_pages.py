"""One person, two devices: what they began to write on one is not lost by what they go on with on the other."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from router.actors import COMMAND
from router.errors import NotFound
from router.flows.staff.replies import ReplyRequest
from router.messages.drafts import DraftKind, SavedDraft, StaffDraft
from router.messages.inbox import DeliveryRef
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House


class Page:
    """A page of the message on some device: it has a key of its own, and knows of the draft that it last showed."""

    def __init__(self, house: House, ref: DeliveryRef, key: str) -> None:
        self.house, self.ref, self.key = house, ref, key
        self.seen_at: datetime | None = None

    def opened(self) -> "Page":
        self.seen_at = self.house.drafts.get(self.ref).saved_at
        return self

    def types(self, body: str) -> SavedDraft | None:
        self.house.clock.by += timedelta(seconds=1)
        return self.house.drafts.put(self.ref, StaffDraft(body, DraftKind.REPLY, self.key, self.seen_at))


@pytest.fixture
def anns(house: House) -> DeliveryRef:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    return DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)


@pytest.fixture
def desk(house: House, anns: DeliveryRef) -> Page:
    return Page(house, anns, "desk")


@pytest.fixture
def phone(house: House, anns: DeliveryRef) -> Page:
    return Page(house, anns, "phone")


def both_write(desk: Page, phone: Page) -> None:
    desk.types("From the desk")
    phone.opened().types("From the phone")
    desk.types("More from the desk")


def texts(house: House, ref: DeliveryRef) -> tuple[str, str | None]:
    found = house.drafts.get(ref)
    return found.body, found.other.body if found.other else None


def test_what_the_other_page_has_never_shown_is_kept_beside(house: House, desk: Page, phone: Page) -> None:
    desk.types("From the desk")
    phone.opened().types("From the phone, much longer")

    saved = desk.types("From the desk, an hour later")

    assert saved is not None
    assert saved.other is not None
    assert texts(house, desk.ref) == ("From the desk, an hour later", "From the phone, much longer")
    # The desk goes on, and loses nothing by that; so does the phone.
    desk.types("From the desk, at last")
    assert texts(house, desk.ref) == ("From the desk, at last", "From the phone, much longer")
    phone.types("From the phone, again")
    assert texts(house, desk.ref) == ("From the phone, again", "From the desk, at last")


def test_who_goes_on_with_what_is_there_replaces_it(house: House, desk: Page, phone: Page) -> None:
    desk.types("Half")
    phone.opened().types("Something else")
    assert texts(house, desk.ref) == ("Something else", None)

    # The desk has typed the same, and more; or hasn't been told yet that its own last save arrived.
    desk.types("Something else, and more")
    desk.types("Another")

    assert texts(house, desk.ref) == ("Another", None)


def test_an_emptied_field_takes_nothing_of_the_other_page(house: House, desk: Page, phone: Page) -> None:
    desk.types("From the desk")
    phone.opened().types("From the phone")

    saved = desk.types(" \n")

    assert saved is not None
    assert texts(house, desk.ref) == ("", "From the phone")
    house.drafts.swap(desk.ref, DraftKind.REPLY)
    assert texts(house, desk.ref) == ("From the phone", None)
    assert phone.opened().types("") is None
    with pytest.raises(NotFound):
        house.drafts.get(desk.ref)


def test_one_is_chosen_or_deleted(house: House, desk: Page, phone: Page) -> None:
    both_write(desk, phone)

    for _ in range(2):
        house.drafts.swap(desk.ref, DraftKind.REPLY)
    assert texts(house, desk.ref) == ("More from the desk", "From the phone")
    house.drafts.discard(desk.ref, DraftKind.REPLY)
    assert texts(house, desk.ref) == ("From the phone", None)
    # There is no other text: nothing is exchanged or deleted.
    house.drafts.swap(desk.ref, DraftKind.REPLY)
    house.drafts.erase_other(desk.ref, DraftKind.REPLY)
    assert texts(house, desk.ref) == ("From the phone", None)
    desk.types("More from the desk")
    house.drafts.erase_other(desk.ref, DraftKind.REPLY)
    assert texts(house, desk.ref) == ("More from the desk", None)
    house.drafts.discard(desk.ref, DraftKind.REPLY)
    with pytest.raises(NotFound):
        house.drafts.get(desk.ref)


def test_it_is_its_authors_alone_and_takes_the_place_of_what_is_sent(house: House, desk: Page, phone: Page) -> None:
    both_write(desk, phone)

    for act in (house.drafts.swap, house.drafts.erase_other, house.drafts.discard):
        with pytest.raises(NotFound):
            act(replace(desk.ref, staff="ben"), DraftKind.REPLY)
    house.replies.reply(desk.ref, ReplyRequest("An answer", idempotency_key=desk.key))
    assert desk.types("An ans") is None

    assert texts(house, desk.ref) == ("From the phone", None)
    house.replies.reply(desk.ref, ReplyRequest("Another answer"))
    with pytest.raises(NotFound):
        house.drafts.get(desk.ref)


def test_the_api_replaces_the_draft_and_leaves_the_other_text(house: House, desk: Page, phone: Page) -> None:
    both_write(desk, phone)

    house.drafts.put(desk.ref, StaffDraft("By the API"))

    assert texts(house, desk.ref) == ("By the API", "From the phone")
