"""An email that can't be built is parked with its reason, and the others of its batch are sent."""

from dataclasses import replace

import pytest

from adapters.database.repositories.messaging import MessagingRepository
from router.actors import COMMAND
from router.flows.staff.inbox import InboxListing, InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.notification import LeasedNotification
from router.messaging.settings import MessagingSettings
from router.practice.people import Practice
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House

PRACTICES = ("first", PRACTICE)
TO_ANN = settings({Topic.BILLING: ["ann"]})


def parked(house: House) -> list[tuple[str, str, str]]:
    return [(one.practice, one.reason, one.answer or "") for one in house.operations.parked(None, None, 9)]


def failures(house: House) -> list[tuple[str, str]]:
    return [(practice, type(error).__name__) for practice, _, error in house.failures]


@pytest.fixture
def two(house: House) -> House:
    """Two practices, each with a message of a patient who has asked for emails about answers."""
    for practice in PRACTICES:
        patient = a_patient("pat", email=f"pat@{practice}.example", notify=True)
        house.furnish(TO_ANN, patients=[patient], practice=practice)
        house.write(house.draft("1", patient="pat", topic=Topic.BILLING), practice=practice)
    house.route.run()
    return house


def test_settings_that_can_not_be_read_park_their_own_practices_emails(
    two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.notify.run()
    two.mailer.sent.clear()
    for practice in PRACTICES:
        ann = InboxRef(practice, "ann", COMMAND)
        delivery = two.read_inbox.page(ann, InboxListing(InboxView.OPEN), None, 9).items[0].delivery
        two.replies.reply(DeliveryRef(practice, delivery, "ann", COMMAND), ReplyRequest("We will look."))
    read = MessagingRepository.current

    def damaged(repository: MessagingRepository, practice: Practice) -> MessagingSettings:
        if practice.id == "first":
            raise KeyError("topics")
        return read(repository, practice)

    monkeypatch.setattr(MessagingRepository, "current", damaged)
    two.notify.run()

    assert [mail.recipient for mail in two.mailer.sent] == ["pat@clinic.example"]
    assert failures(two) == [("first", "KeyError")]
    assert parked(two) == [("first", "rejected", "the email could not be built")]


def test_a_link_that_can_not_be_made_parks_its_own_email(two: House) -> None:
    def link(notification: LeasedNotification) -> str:
        if notification.practice == "first":
            raise ValueError("no link")
        return "https://x.example/inbox"

    replace(two.notify, link=link).run()

    assert [mail.practice for mail in two.mailer.sent] == [PRACTICE]
    assert failures(two) == [("first", "ValueError")]
    assert parked(two) == [("first", "rejected", "the email could not be built")]
