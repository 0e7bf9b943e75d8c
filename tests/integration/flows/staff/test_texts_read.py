"""Acts of staff hold the conversation: of all its texts they read only one that they show."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from router.actors import COMMAND
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation import SeenTooLittle
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState, Outcome
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House


@pytest.fixture
def house(house: House) -> House:
    """A conversation of two messages, which ann and ben have."""
    first = house.furnish(settings({Topic.BILLING: ["ann", "ben"]})).write()[0]
    house.write(ReplyDraft("second", "sam", first.conversation, "One more thing."))
    house.route.run()
    return house


@pytest.fixture
def entries_read(house: House) -> Iterator[list[str]]:
    """The statements that read the texts of a whole conversation."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "UNION ALL" in statement and "reply.body" in statement:
            statements.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    yield statements
    event.remove(house.engine, "before_cursor_execute", note)


def refer(house: House, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, house.inbox(staff).items[0].delivery, staff, COMMAND)


def test_an_act_reads_no_texts(house: House, entries_read: list[str]) -> None:
    house.correction.correct(refer(house, "ann"), CorrectionRequest(Topic.OTHER))
    adas = refer(house, "ada")
    house.replies.reply(adas, ReplyRequest("We will look.", keep_open=True))
    house.read_inbox.mark(adas, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)

    assert entries_read == []


def test_a_refused_reply_reads_the_one_that_it_shows(house: House, entries_read: list[str]) -> None:
    anns, bens = refer(house, "ann"), refer(house, "ben")
    house.replies.reply(anns, ReplyRequest("We will look."))

    with pytest.raises(SeenTooLittle) as refused:
        house.replies.reply(bens, ReplyRequest("I will, too."))

    assert refused.value.entry is not None
    assert refused.value.entry.body == "We will look."
    assert len(entries_read) == 1
