"""Quick texts: everybody's own, and the practice's, which its administrators change."""

from uuid import UUID

import pytest

from router.actors import COMMAND
from router.errors import Conflict, Forbidden, Invalid, NotFound
from router.flows.staff import quick_texts
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.quick_texts import FieldValues, NewQuickText
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

ADA, ANN, BEN = (InboxRef(PRACTICE, staff, COMMAND) for staff in ("ada", "ann", "ben"))
CALL = NewQuickText("Call us ", "Please call {practice.phone}.\n")


def offered(house: House, inbox: InboxRef = ANN) -> list[tuple[str, str, str | None]]:
    return [(text.text.title, text.text.body, text.owner) for text in house.quick_texts.offered(inbox).texts]


def test_ones_own_are_for_oneself_and_the_practices_for_everybody(house: House) -> None:
    house.furnish()
    house.quick_texts.add(ANN, CALL)
    house.quick_texts.add(ADA, NewQuickText("Bring it", "Bring it.", Topic.BILLING), of_practice=True)

    assert offered(house) == [("Bring it", "Bring it.", None), ("Call us", "Please call {practice.phone}.", "ann")]
    assert [title for title, _, _ in offered(house, BEN)] == ["Bring it"]
    billing = house.quick_texts.offered(BEN).texts[0]
    assert (billing.suits(Topic.BILLING), billing.suits(Topic.OTHER)) == (True, False)


def test_the_fields_of_a_reply_stand_for_names_and_the_practices_phone(house: House) -> None:
    house.furnish(settings(phone="555 0100"))

    values = house.quick_texts.offered(ANN).values("Pat Doe", "Ann")

    assert values == FieldValues(patient_name="Pat Doe", my_name="Ann", phone="555 0100")


def test_a_text_is_changed_and_deleted_by_who_may(house: House) -> None:
    house.furnish()
    mine = house.quick_texts.add(ANN, CALL)
    ours = house.quick_texts.add(ADA, CALL, of_practice=True)

    house.quick_texts.change(ANN, mine, NewQuickText("Mine", "Changed.", Topic.OTHER))
    house.quick_texts.change(ADA, ours, NewQuickText("Ours", "Changed."))
    assert [title for title, _, _ in offered(house)] == ["Mine", "Ours"]

    for inbox, quick_text, refusal in ((BEN, mine, NotFound), (ANN, ours, Forbidden), (ANN, UUID(int=1), NotFound)):
        with pytest.raises(refusal):
            house.quick_texts.change(inbox, quick_text, CALL)
        with pytest.raises(refusal):
            house.quick_texts.remove(inbox, quick_text)
    with pytest.raises(Forbidden):
        house.quick_texts.add(ANN, CALL, of_practice=True)
    with pytest.raises(Forbidden):
        house.quick_texts.add(InboxRef(PRACTICE, "nobody", COMMAND), CALL, of_practice=True)
    with pytest.raises(Invalid):
        house.quick_texts.change(ANN, mine, NewQuickText("", "x"))

    house.quick_texts.remove(ANN, mine)
    house.quick_texts.remove(ADA, ours)
    assert offered(house) == []
    acts = [row.action for row in house.operations.audit(PRACTICE, None, 6)]
    assert acts == ["quick_text.removed"] * 2 + ["quick_text.saved"] * 4


def test_there_is_a_limit_for_each_person(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_texts, "MOST_QUICK_TEXTS", 1)
    house.furnish()
    house.quick_texts.add(ANN, CALL)

    with pytest.raises(Conflict):
        house.quick_texts.add(ANN, CALL)

    house.quick_texts.add(BEN, CALL)
    house.quick_texts.add(ADA, CALL, of_practice=True)


def test_a_reply_with_a_field_that_nobody_filled_in_is_not_sent(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    ref = DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)

    with pytest.raises(Invalid) as refused:
        house.replies.reply(ref, ReplyRequest("Call {practice.phone}."))

    assert [(error.field, error.message) for error in refused.value.errors] == [
        ("body", "still contains {practice.phone}: fill it in or delete it")
    ]
    house.replies.reply(ref, ReplyRequest("Call {me}."))
