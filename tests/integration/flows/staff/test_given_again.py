"""What waits in an inbox anew is told by email, like what comes for the first time: one email an event."""

import pytest
from sqlalchemy import Engine

from router.actors import COMMAND
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.notification import PACE, Kind
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ref, written
from tests.integration.flows.staff.urgent_messages import STAFF

TO_BEN = ForwardRequest("ben", "", whole_conversation=False)


@pytest.fixture
def house(engine: Engine) -> House:
    topics = settings({Topic.BILLING: ["ann"], Topic.MEDICAL: ["ben"]})
    house = House(engine).furnish(topics, staff=STAFF)
    written(house)
    house.forward.forward(ref(house, "ann"), TO_BEN)
    house.notify.run()
    return house


def told(house: House) -> list[tuple[Kind, str]]:
    """Whom the next turn tells, and of what."""
    before = len(house.mailer.sent)
    house.notify.run()
    assert house.breaches() == {}
    return [(mail.kind, mail.recipient) for mail in house.mailer.sent[before:]]


def set_aside(house: House, state: DeliveryState) -> None:
    house.read_inbox.mark(ref(house, "ben"), state)


@pytest.mark.parametrize("state", [DeliveryState.READ, DeliveryState.DONE])
def test_a_forward_of_what_they_had_set_aside_is_told(house: House, state: DeliveryState) -> None:
    set_aside(house, state)

    house.forward.forward(ref(house, "ann"), TO_BEN)

    assert told(house) == [(Kind.STAFF_RETURNED, "ben@clinic.example")]


def test_so_are_a_mention_and_a_corrected_topic(house: House) -> None:
    set_aside(house, DeliveryState.DONE)
    house.notes.note(ref(house, "ann"), NoteRequest("Please look.", ("ben",)))
    assert told(house) == [(Kind.STAFF_RETURNED, "ben@clinic.example")]
    set_aside(house, DeliveryState.DONE)

    house.clock.by += PACE
    house.correction.correct(ref(house, "ann"), CorrectionRequest(Topic.MEDICAL))

    assert told(house) == [(Kind.STAFF_RETURNED, "ben@clinic.example")]


def test_what_is_unread_there_already_is_told_once(house: House) -> None:
    house.forward.forward(ref(house, "ann"), TO_BEN)

    assert told(house) == []


def test_who_keeps_open_what_they_had_done_is_told_nothing(house: House) -> None:
    anns = ref(house, "ann")
    house.read_inbox.mark(anns, DeliveryState.DONE)

    house.replies.reply(anns, ReplyRequest("I'll ask.", keep_open=True))

    assert told(house) == []
    assert not house.inbox("ann", InboxView.DONE).items
    assert DeliveryRef(PRACTICE, anns.delivery, "ann", COMMAND) == ref(house, "ann")
