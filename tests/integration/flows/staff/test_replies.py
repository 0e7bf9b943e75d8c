"""Staff: claim, release, reply, forward, and what colleagues see of it."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from router.actors import COMMAND
from router.errors import Conflict, Invalid, KeyReused, NotFound
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.conversation import Entry, HandledMeanwhile, SeenTooLittle
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState, Outcome
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, STAFF, House

TO_BOTH = settings({Topic.BILLING: ["ann", "ben"]})


def furnish(house: House) -> Receipt:
    house.furnish(TO_BOTH, staff=[*STAFF, a_staff("left", active=False)])
    receipt = house.write()[0]
    house.route.run()
    return receipt


def item(house: House, staff: str, message: UUID | None = None) -> InboxItem:
    found = [*house.inbox(staff).items, *house.inbox(staff, InboxView.DONE).items]
    return next(one for one in found if message in (None, one.message))


def reply(
    house: House, staff: str, body: str = "We will look.", last_seen: UUID | None = None, key: str | None = None
) -> Entry:
    return house.replies.reply(
        DeliveryRef(PRACTICE, item(house, staff).delivery, staff, COMMAND), ReplyRequest(body, last_seen, key)
    )


def forward(house: House, staff: str, to: str, key: str | None = None, **options: object) -> None:
    forwarding = ForwardRequest(to, str(options.get("note", "Please look.")), bool(options.get("whole")))
    house.forward.forward(
        DeliveryRef(PRACTICE, item(house, staff).delivery, staff, COMMAND), replace(forwarding, idempotency_key=key)
    )


def test_an_answer_claims_finishes_and_tells_the_siblings(house: House) -> None:
    receipt = furnish(house)

    reply(house, "ann")

    mine, sibling = item(house, "ann"), item(house, "ben")
    assert (mine.state, mine.owner) == (DeliveryState.DONE, "ann")
    assert (sibling.state, sibling.handled_by, sibling.owner) == (DeliveryState.READ, "ann", "ann")
    answered = house.accept.receipt(PRACTICE, receipt.id)
    assert (answered.status.value, bool(answered.opened_at), bool(answered.answered_at)) == ("answered", True, True)
    assert [one.message for one in house.inbox("ann", InboxView.MINE).items] == [receipt.id]


def test_who_answers_after_a_colleague_took_care_of_it_says_that_they_have_seen_it(house: House) -> None:
    furnish(house)
    mine, bens = (DeliveryRef(PRACTICE, item(house, staff).delivery, staff, COMMAND) for staff in ("ann", "ben"))
    request = ReplyRequest("It is right.", seen_handling=item(house, "ann").handling)
    house.replies.claim(bens)

    with pytest.raises(HandledMeanwhile):
        house.replies.reply(mine, request)

    claimed = replace(request, seen_handling=item(house, "ann").handling)
    house.read_inbox.mark(bens, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)
    with pytest.raises(HandledMeanwhile):
        house.replies.reply(mine, claimed)

    phoned = replace(request, seen_handling=house.read_inbox.delivery(mine)[0].handling)
    assert house.replies.reply(mine, phoned).body == "It is right."


def test_who_answers_second_sees_the_first_answer_before_sending(house: House) -> None:
    furnish(house)
    first = reply(house, "ann", "The first answer.")

    with pytest.raises(SeenTooLittle) as refused:
        reply(house, "ben", "The second answer.")

    assert refused.value.entry == first
    second = reply(house, "ben", "The second answer.", last_seen=first.id)
    assert item(house, "ben").owner == "ann"
    assert second.body == "The second answer."
    with pytest.raises(Invalid) as unknown:
        reply(house, "ben", "x", last_seen=uuid4())
    assert unknown.value.errors[0].field == "last_seen"


def test_a_reply_with_a_key_is_sent_once(house: House) -> None:
    furnish(house)
    first = reply(house, "ann", key="reply-key")

    assert reply(house, "ann", key="reply-key").id == first.id
    with pytest.raises(KeyReused):
        reply(house, "ann", "Other words.", key="reply-key")


def test_a_reply_needs_words_and_a_delivery_of_ones_own(house: House) -> None:
    furnish(house)
    delivery = item(house, "ann").delivery

    with pytest.raises(Invalid):
        reply(house, "ann", " \n")
    for attempt in (
        lambda: house.replies.reply(DeliveryRef(PRACTICE, delivery, "ada", COMMAND), ReplyRequest("x")),
        lambda: house.replies.claim(DeliveryRef(PRACTICE, delivery, "ada", COMMAND)),
        lambda: house.replies.release(DeliveryRef(PRACTICE, delivery, "ada", COMMAND)),
        lambda: house.replies.conversation(DeliveryRef(PRACTICE, delivery, "ada", COMMAND)),
        lambda: house.forward.forward(
            DeliveryRef(PRACTICE, delivery, "ada", COMMAND), ForwardRequest("ben", "", whole_conversation=False)
        ),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_claiming_is_repeatable_exclusive_and_can_be_released(house: House) -> None:
    furnish(house)
    anns, bens = item(house, "ann").delivery, item(house, "ben").delivery

    house.replies.claim(DeliveryRef(PRACTICE, anns, "ann", COMMAND))
    house.replies.claim(DeliveryRef(PRACTICE, anns, "ann", COMMAND))
    assert item(house, "ben").handled_by == "ann"
    for act in (house.replies.claim, house.replies.release):
        with pytest.raises(Conflict, match="Ann"):
            act(DeliveryRef(PRACTICE, bens, "ben", COMMAND))
    house.replies.release(DeliveryRef(PRACTICE, anns, "ann", COMMAND))
    house.replies.release(DeliveryRef(PRACTICE, anns, "ann", COMMAND))
    house.replies.claim(DeliveryRef(PRACTICE, bens, "ben", COMMAND))
    assert item(house, "ann").owner == "ben"


def test_what_somebody_owned_who_left_can_be_claimed(house: House) -> None:
    furnish(house)
    house.replies.claim(DeliveryRef(PRACTICE, item(house, "ann").delivery, "ann", COMMAND))

    house.bring([a_staff("ann", active=False)])
    house.replies.claim(DeliveryRef(PRACTICE, item(house, "ben").delivery, "ben", COMMAND))

    assert item(house, "ben").owner == "ben"


def test_forwarding_one_message_gives_it_with_a_note_and_a_reason(house: House) -> None:
    receipt = furnish(house)

    forward(house, "ann", "ada", note="You know this.")

    given = item(house, "ada")
    assert (given.message, given.state) == (receipt.id, DeliveryState.UNREAD)
    thread = house.replies.conversation(DeliveryRef(PRACTICE, given.delivery, "ada", COMMAND))
    assert [(note.giver, note.taker, note.note) for note in thread.notes] == [("ann", "ada", "You know this.")]
    assert given.owner is None
    assert house.recipients(receipt.id) == ["ada", "ann", "ben"]
    assert house.notify.run().sent == 3
    assert house.breaches() == {}


def test_forwarding_the_whole_conversation_hands_it_over(house: House) -> None:
    receipt = furnish(house)
    house.write(ReplyDraft("second", "sam", receipt.conversation, "One more thing."))
    house.route.run()

    forward(house, "ann", "ada", whole=True)

    assert len(house.inbox("ada").items) == 2
    assert {one.owner for one in house.inbox("ada").items} == {"ada"}
    third = house.write(ReplyDraft("third", "sam", receipt.conversation, "And another."))[0]
    house.route.run()
    assert house.recipients(third.id) == ["ada"]
    assert house.breaches() == {}


def test_forwarding_to_somebody_who_has_it_makes_it_unread_again(house: House) -> None:
    furnish(house)
    house.read_inbox.mark(DeliveryRef(PRACTICE, item(house, "ben").delivery, "ben", COMMAND), DeliveryState.DONE)

    forward(house, "ann", "ben")

    assert item(house, "ben").state is DeliveryState.UNREAD
    assert house.breaches() == {}


def test_a_forward_with_a_key_is_done_once(house: House) -> None:
    furnish(house)
    forward(house, "ann", "ada", key="forward-key")
    house.read_inbox.mark(DeliveryRef(PRACTICE, item(house, "ada").delivery, "ada", COMMAND), DeliveryState.READ)

    forward(house, "ann", "ada", key="forward-key")

    assert item(house, "ada").state is DeliveryState.READ
    with pytest.raises(KeyReused):
        forward(house, "ann", "ada", key="forward-key", note="Another note.")


@pytest.mark.parametrize(
    ("to", "note", "field"), [("ann", "x", "to"), ("left", "x", "to"), ("ghost", "x", "to"), ("ada", "a\x00b", "note")]
)
def test_what_can_not_be_forwarded_names_its_field(house: House, to, note, field) -> None:
    furnish(house)

    with pytest.raises(Invalid) as refused:
        forward(house, "ann", to, note=note)

    assert [error.field for error in refused.value.errors] == [field]
    assert house.inbox("ada").items == ()
