"""A conversation takes so many messages and characters of the patient's side: it is always shown whole."""

from uuid import UUID

import pytest

from router.actors import COMMAND
from router.errors import ReplyRefused
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.conversation import CannotReply, PatientRef
from router.messages.inbox import DeliveryRef
from router.messages.message import BODY_LIMIT, CONVERSATION_CHARACTERS, CONVERSATION_MESSAGES, ReplyDraft
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

SAM = PatientRef(PRACTICE, "sam", None, COMMAND)
FULL = CannotReply.CONVERSATION_FULL


@pytest.fixture
def first(house: House) -> Receipt:
    """The first message of a conversation."""
    return house.furnish(settings({Topic.BILLING: ["ann"]})).write()[0]


def replies(first: Receipt, many: int, body: str = "?") -> list[ReplyDraft]:
    return [ReplyDraft(f"reply-{number}", "sam", first.conversation, body) for number in range(many)]


def reason(house: House, conversation: UUID) -> CannotReply | None:
    return house.conversations.thread(PRACTICE, conversation, None, COMMAND).cannot_reply


def check_full(house: House, first: Receipt) -> None:
    """It says so wherever it is shown, nothing more is accepted in it, and another conversation takes more."""
    other = house.write(house.draft("other"))[0]
    one_more = [ReplyDraft(f"after-{one.id}", "sam", one.conversation, "?") for one in (first, other)]

    refused, accepted = house.try_to_write(*one_more)

    assert isinstance(refused, ReplyRefused)
    assert (refused.reason, refused.errors[0].field) == (FULL.value, "conversation")
    assert isinstance(accepted, Receipt)
    listed, _ = house.conversations.threads(SAM, None, None, 9)
    assert [one.cannot_reply for one in listed] == [None, FULL]
    assert reason(house, first.conversation) is FULL


def test_a_conversation_takes_so_many_messages(house: House, first: Receipt) -> None:
    """Those of one group count as well, and what staff write doesn't."""
    house.route.run()
    (item,) = house.inbox("ann").items
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), ReplyRequest("We will look."))
    drafts = replies(first, CONVERSATION_MESSAGES + 1)
    house.write(*drafts[:-3])
    assert reason(house, first.conversation) is None

    answers = house.try_to_write(*drafts[-3:])

    assert [isinstance(answer, Receipt) for answer in answers] == [True, False, False]
    check_full(house, first)
    assert house.write(drafts[0])[0].conversation == first.conversation


def test_a_conversation_takes_so_many_characters(house: House, first: Receipt) -> None:
    """A text that may be sent fits in whole, as long as its conversation isn't full."""
    drafts = replies(first, CONVERSATION_CHARACTERS // BODY_LIMIT, "\u00e9" * BODY_LIMIT)
    house.write(*drafts[:-2])
    assert reason(house, first.conversation) is None

    answers = house.try_to_write(*drafts[-2:])

    assert [isinstance(answer, Receipt) for answer in answers] == [True, False]
    check_full(house, first)
    (thread,) = [
        one for one in house.conversations.threads(SAM, None, None, 9)[0] if one.conversation.id == first.conversation
    ]
    assert sum(len(entry.body) for entry in thread.entries) <= CONVERSATION_CHARACTERS
