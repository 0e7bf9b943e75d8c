"""What is done for one person alone is told as that."""

import pytest

from router.actors import COMMAND
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState
from tests.house import PRACTICE, House
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414
from tests.integration.pages.inbox.inboxes import item, page_of


def claimed_by_ben(house: House, subject: str = "First subject") -> None:
    bens = item(house, "ben", subject)
    house.replies.claim(DeliveryRef(PRACTICE, bens.delivery, "ben", COMMAND))


def test_done_says_who_still_has_it_and_offers_to_undo_it(ann: Browser) -> None:
    house = ann.service.house
    claimed_by_ben(house)
    path = page_of(item(house))

    done = ann.send(path, path, do="done")

    page = ann.open(done.headers["location"]).text
    assert "The message is done for you. Ben takes care of it and still has it open." in page
    assert 'value="undo">Undo<' in page
    assert item(house, "ben").state is DeliveryState.UNREAD
    assert "done for you. A colleague still has it open." in ann.open("/inbox?told=left").text


def test_so_does_the_next_message(ann: Browser) -> None:
    house = ann.service.house
    claimed_by_ben(house)
    path = page_of(item(house))
    ann.client.cookies.set("careroute_next", "on")

    done = ann.send(path, path, do="done")

    page = ann.open(done.headers["location"]).text
    assert "The previous message is done for you. Ben still has it open." in page
    assert 'value="undo">Undo<' in page


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (1, "2 messages are done, 1 of them for you alone: a colleague still has it open."),
        (2, "2 messages are done for you alone: colleagues still have them open."),
    ],
)
def test_of_several_it_says_how_many_colleagues_still_have(ann: Browser, left: int, said: str) -> None:
    house = ann.service.house
    subjects = ("First subject", "Second subject")
    ids = [str(item(house, subject=subject).delivery) for subject in subjects]
    for subject in subjects[:left]:
        claimed_by_ben(house, subject)
    for delivery in ids:
        ann.send("/inbox", f"/inbox/message/{delivery}", do="read")

    assert said in ann.send("/inbox", "/inbox/bulk?view=open", do="done", delivery=ids).text
