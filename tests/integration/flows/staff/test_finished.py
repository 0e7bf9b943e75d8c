"""An event tells frontends that a message no longer needs an answer, although nothing was written."""

from uuid import UUID

import pytest
from sqlalchemy import select

from adapters.database.tables import event
from router.actors import COMMAND
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.events import Event, EventKind
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState, Outcome
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

BY_PHONE, NOT_NEEDED = Outcome.ANSWERED_BY_PHONE, Outcome.NO_ANSWER_NEEDED


@pytest.fixture
def sent(house: House) -> Receipt:
    """A message that ann has."""
    receipt = house.furnish(settings({Topic.BILLING: ["ann"]})).write()[0]
    house.route.run()
    return receipt


def anns(house: House, message: UUID) -> DeliveryRef:
    items = [*house.inbox("ann").items, *house.inbox("ann", InboxView.DONE).items]
    return DeliveryRef(PRACTICE, next(one.delivery for one in items if one.message == message), "ann", COMMAND)


def told(house: House, kind: EventKind = EventKind.FINISHED) -> list[Event]:
    return list(house.conversations.events(PRACTICE, 0, 100, [kind]).events)


def finished(house: House) -> list[tuple[UUID | None, str]]:
    return [(one.message, (one.more or {})["outcome"]) for one in told(house)]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_is_told_once_to_frontends_that_ask_for_it(house: House, sent: Receipt, outcome: Outcome) -> None:
    for again in (outcome, outcome, NOT_NEEDED):
        house.read_inbox.mark(anns(house, sent.id), DeliveryState.DONE, again)

    assert finished(house) == [(sent.id, outcome.value)]
    assert told(house)[0].answer_by is None
    assert told(house, EventKind.TOPIC_CHANGED) == []
    known_before = [one.kind for one in house.conversations.events(PRACTICE, 0, 100).events]
    assert EventKind.FINISHED not in known_before


def test_a_message_that_only_its_holder_is_done_with_is_not_finished(house: House, sent: Receipt) -> None:
    house.read_inbox.mark(anns(house, sent.id), DeliveryState.DONE)

    assert told(house) == []


def test_a_promised_answer_that_was_given_by_phone_is_told_of_each_message(house: House, sent: Receipt) -> None:
    """They were answered before, so that nothing else tells of it."""
    second = house.write(ReplyDraft("second", "sam", sent.conversation, "One more thing."))[0]
    house.route.run()
    for message in (second.id, sent.id):
        house.replies.reply(anns(house, message), ReplyRequest("I'll ask.", keep_open=True))

    house.read_inbox.mark(anns(house, second.id), DeliveryState.DONE, BY_PHONE)

    assert finished(house) == [(second.id, BY_PHONE.value), (sent.id, BY_PHONE.value)]
    assert not any(house.accept.receipt(PRACTICE, one).waits for one in (sent.id, second.id))


def test_the_release_before_reads_that_the_message_was_opened(house: House, sent: Receipt) -> None:
    house.read_inbox.mark(anns(house, sent.id), DeliveryState.DONE, NOT_NEEDED)

    with house.engine.connect() as connection:
        stored = connection.execute(select(event.c.kind).where(event.c.more.is_not(None))).scalars().all()

    assert stored == [EventKind.OPENED.value]
