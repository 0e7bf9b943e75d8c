"""What a colleague answered meanwhile is shown as far as a delivery shows the conversation, and is on record."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from router.audit import AuditRow
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation import SeenTooLittle
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.practice.topics import Topic
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, HAND_OVER, PATIENTS, STAFF, ref, wait, with_ladder, written

MINE = ReplyRequest("Mine.")
ACTS: dict[str, Callable[[House, DeliveryRef], object]] = {
    "reply": lambda house, ref: house.replies.reply(ref, MINE),
    "topic": lambda house, ref: house.correction.correct(ref, CorrectionRequest(Topic.MEDICAL)),
}


@pytest.fixture
def house(engine: Engine) -> House:
    """Ann gets bills; three hours later they go to ben."""
    return House(engine).furnish(with_ladder(HAND_OVER, ALERT), staff=STAFF, patients=PATIENTS)


def _newest(house: House) -> AuditRow:
    return house.operations.audit(PRACTICE, None, 99)[0]


def _forwarded(house: House) -> tuple[DeliveryRef, DeliveryRef]:
    written(house)
    anns = ref(house, "ann")
    house.forward.forward(anns, ForwardRequest("ben", "", whole_conversation=False))
    return anns, ref(house, "ben")


@pytest.mark.parametrize("act", list(ACTS))
def test_the_answer_that_a_refusal_shows_is_on_record(house: House, act: str) -> None:
    anns, bens = _forwarded(house)
    theirs = house.replies.reply(bens, ReplyRequest("First.", keep_open=True))

    with pytest.raises(SeenTooLittle) as refused:
        ACTS[act](house, anns)

    assert refused.value.entry == theirs
    row = _newest(house)
    assert (row.action, row.actor, row.subject) == ("conversation.read", anns.by, str(theirs.conversation))
    assert row.details == {"staff": "ann", "delivery": str(anns.delivery), "entry": str(theirs.id)}


def test_what_was_answered_after_a_hand_over_is_neither_shown_nor_on_record(house: House) -> None:
    written(house)
    anns = ref(house, "ann")
    wait(house, minutes=181)
    bens = ref(house, "ben")
    theirs = house.replies.reply(bens, ReplyRequest("First."))
    assert theirs not in house.replies.conversation(anns).entries
    before = _newest(house)

    with pytest.raises(SeenTooLittle) as refused:
        house.replies.reply(anns, MINE)

    assert (refused.value.entry, "doesn't show" in refused.value.detail) == (None, True)
    assert _newest(house) == before


def test_what_was_answered_before_somebody_came_isnt_shown_to_who_says_to_have_read_less(house: House) -> None:
    message = written(house)
    anns = ref(house, "ann")
    theirs = house.replies.reply(anns, ReplyRequest("First."))
    house.write(ReplyDraft("more", "sam", theirs.conversation, "One more thing."))
    house.route.run()
    house.forward.forward(ref(house, "ann"), ForwardRequest("ben", "", whole_conversation=False))

    with pytest.raises(SeenTooLittle) as refused:
        house.replies.reply(ref(house, "ben"), replace(MINE, last_seen=message))

    assert refused.value.entry is None
