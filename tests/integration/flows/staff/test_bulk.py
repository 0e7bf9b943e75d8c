"""One act on several deliveries: each for itself, and what can't be done with one leaves the others done."""

from itertools import count
from uuid import UUID, uuid4

import pytest

from router.actors import COMMAND
from router.errors import CarerouteError, Conflict, Invalid, NotFound, UnavailableError, UnknownOutcomeError
from router.flows.staff.bulk import MOST_DELIVERIES, BulkAct, BulkRequest, LeftOut
from router.flows.staff.forward import ForwardMessages, ForwardRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

ANN = InboxRef(PRACTICE, "ann", COMMAND)
TO_BOTH = settings({Topic.BILLING: ["ann", "ben"]})


@pytest.fixture
def anns(house: House) -> list[UUID]:
    """Three deliveries of ann, the oldest first; ben has their siblings."""
    house.furnish(TO_BOTH).write_many(3)
    house.route.run()
    return [item.delivery for item in reversed(house.inbox("ann").items)]


def act(house: House, do: BulkAct, *deliveries: UUID, forward: ForwardRequest | None = None) -> list[type | None]:
    """What became of each: None where it was done, else the kind of refusal."""
    answers = house.bulk.run(ANN, BulkRequest(do, deliveries, forward))
    assert [answer.delivery for answer in answers] == list(deliveries)
    return [type(answer.refusal) if answer.refusal else None for answer in answers]


def undoable(house: House, do: BulkAct, *deliveries: UUID) -> tuple[UUID, ...]:
    """With which of them the act, which is done, can be taken back."""
    return house.bulk.can_take_back(ANN, do, house.bulk.run(ANN, BulkRequest(do, deliveries)))


def ref(delivery: UUID, staff: str = "ann") -> DeliveryRef:
    return DeliveryRef(PRACTICE, delivery, staff, COMMAND)


def state(house: House, delivery: UUID) -> DeliveryState:
    return house.read_inbox.delivery(ref(delivery))[0].state


def times_forwarded(house: House, deliveries: list[UUID]) -> list[int]:
    messages = [house.read_inbox.delivery(ref(delivery))[0].message for delivery in deliveries]
    return [len(house.traces.trace(PRACTICE, message, COMMAND)[0].hand_overs) for message in messages]


def test_what_was_not_opened_is_left_out_of_done(house: House, anns: list[UUID]) -> None:
    opened, done, unopened = anns
    house.read_inbox.mark(ref(opened), DeliveryState.READ)
    house.read_inbox.mark(ref(done), DeliveryState.DONE)

    assert act(house, BulkAct.DONE, *anns) == [None, None, LeftOut]

    assert [state(house, ann) for ann in anns] == [DeliveryState.DONE, DeliveryState.DONE, DeliveryState.UNREAD]
    assert [item.delivery for item in house.inbox("ann").items] == [unopened]


def test_what_is_urgent_is_left_out_of_done(house: House, anns: list[UUID]) -> None:
    for ann in anns:
        house.read_inbox.mark(ref(ann), DeliveryState.READ)
    house.urgency.change(ref(anns[1]), PriorityRequest(Priority.URGENT))

    answers = house.bulk.run(ANN, BulkRequest(BulkAct.DONE, tuple(anns)))

    assert [str(answer.refusal) if answer.refusal else None for answer in answers] == [None, "It is urgent.", None]
    assert [item.delivery for item in house.inbox("ann").items] == [anns[1]]


def test_what_was_done_or_read_is_unread_again(house: House, anns: list[UUID]) -> None:
    house.read_inbox.mark(ref(anns[0]), DeliveryState.READ)
    house.read_inbox.mark(ref(anns[1]), DeliveryState.DONE)

    assert act(house, BulkAct.UNREAD, *anns) == [None, None, None]

    assert house.inbox("ann").unread == 3


def test_what_a_colleague_owns_is_not_claimed_and_the_rest_is(house: House, anns: list[UUID]) -> None:
    bens = house.inbox("ben").items[-1]
    house.replies.claim(ref(bens.delivery, "ben"))

    assert act(house, BulkAct.CLAIM, *anns) == [Conflict, None, None]

    assert [item.owner for item in house.inbox("ann").items] == ["ann", "ann", "ben"]


def test_what_is_in_another_inbox_or_in_none_is_not_found_and_the_rest_is_done(house: House, anns: list[UUID]) -> None:
    bens = house.inbox("ben").items[0].delivery

    assert act(house, BulkAct.CLAIM, bens, uuid4(), anns[0]) == [NotFound, NotFound, None]


def test_a_forward_that_is_repeated_with_its_key_forwards_nothing_twice(house: House, anns: list[UUID]) -> None:
    to_ada = ForwardRequest("ada", "Please.", whole_conversation=False, idempotency_key="once")

    assert act(house, BulkAct.FORWARD, *anns, forward=to_ada) == [None, None, None]
    assert act(house, BulkAct.FORWARD, *anns, forward=to_ada) == [None, None, None]

    assert times_forwarded(house, anns) == [1, 1, 1]
    assert len(house.inbox("ada").items) == 3


def lose_the_database(monkeypatch: pytest.MonkeyPatch, after: int, trouble: CarerouteError) -> None:
    """Forward so many; the database is lost with the next, and nothing more may be tried."""
    forward, tried = ForwardMessages.forward, count()

    def lost(flow: ForwardMessages, ref: DeliveryRef, request: ForwardRequest) -> None:
        number = next(tried)
        assert number <= after
        if number == after:
            raise trouble
        forward(flow, ref, request)

    monkeypatch.setattr(ForwardMessages, "forward", lost)


@pytest.mark.parametrize("trouble", [UnavailableError("gone"), UnknownOutcomeError("gone")])
def test_what_was_forwarded_before_the_database_was_lost_is_told_and_a_repeat_forwards_the_rest(
    house: House, anns: list[UUID], trouble: CarerouteError, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_ada = ForwardRequest("ada", "Please.", whole_conversation=False)
    request = BulkRequest(BulkAct.FORWARD, tuple(anns), to_ada).with_key("once")
    with monkeypatch.context() as patched:
        lose_the_database(patched, 1, trouble)
        answers = house.bulk.run(ANN, request)

    again = house.bulk.run(ANN, request)

    assert [answer.delivery for answer in answers] == anns
    assert [type(answer.refusal) for answer in answers] == [type(None), type(trouble), UnavailableError]
    assert [answer.refusal for answer in again] == [None] * 3
    assert times_forwarded(house, anns) == [1, 1, 1]


def test_a_database_that_is_lost_before_anything_was_done_is_told_of_the_whole(
    house: House, anns: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    to_ada = ForwardRequest("ada", "Please.", whole_conversation=False)
    lose_the_database(monkeypatch, 0, UnavailableError("gone"))

    with pytest.raises(UnavailableError):
        house.bulk.run(ANN, BulkRequest(BulkAct.FORWARD, tuple(anns), to_ada))


def test_acts_that_are_no_forward_take_no_key() -> None:
    request = BulkRequest(BulkAct.CLAIM, (uuid4(),))

    assert request.with_key("once") == request


def test_without_a_key_each_forward_counts(house: House, anns: list[UUID]) -> None:
    to_ada = ForwardRequest("ada", "Please.", whole_conversation=False)

    act(house, BulkAct.FORWARD, *anns, forward=to_ada)
    act(house, BulkAct.FORWARD, anns[0], forward=to_ada)

    assert times_forwarded(house, anns) == [2, 1, 1]


@pytest.mark.parametrize(
    ("bulk", "field"),
    [
        (BulkRequest(BulkAct.CLAIM, ()), "deliveries"),
        (BulkRequest(BulkAct.CLAIM, (uuid4(),) * (MOST_DELIVERIES + 1)), "deliveries"),
        (BulkRequest(BulkAct.FORWARD, (uuid4(),)), "to"),
    ],
)
def test_what_can_not_be_done_at_all_is_refused_as_a_whole(house: House, bulk, field) -> None:
    with pytest.raises(Invalid) as refused:
        house.bulk.run(ANN, bulk)

    assert [error.field for error in refused.value.errors] == [field]


def test_an_act_on_several_is_taken_back_for_each_the_last_first(house: House, anns: list[UUID]) -> None:
    for delivery in anns:
        house.read_inbox.mark(ref(delivery), DeliveryState.READ)
    assert undoable(house, BulkAct.DONE, *anns[:2]) == tuple(anns[:2])

    taken_back = house.bulk.take_back(ANN, BulkAct.DONE, anns)

    assert [answer.delivery for answer in taken_back] == [*reversed(anns)]
    assert [type(answer.refusal) if answer.refusal else None for answer in taken_back] == [Conflict, None, None]
    assert [state(house, ann) for ann in anns] == [DeliveryState.READ] * 3


def test_an_act_on_several_takes_back_no_other_act_on_one_of_them(house: House, anns: list[UUID]) -> None:
    for delivery in anns:
        house.read_inbox.mark(ref(delivery), DeliveryState.READ)
    act(house, BulkAct.DONE, *anns)
    house.forward.forward(ref(anns[1]), ForwardRequest("ada", "", whole_conversation=False))

    taken_back = house.bulk.take_back(ANN, BulkAct.DONE, anns)

    assert [type(answer.refusal) if answer.refusal else None for answer in taken_back] == [None, Conflict, None]
    assert len(house.inbox("ada").items) == 1
    house.replies.claim(ref(anns[0]))
    house.forward.forward(ref(anns[0]), ForwardRequest("ada", "", whole_conversation=False))
    assert undoable(house, BulkAct.CLAIM, *anns[:2]) == (anns[1],)


def test_what_was_marked_unread_together_is_read_again(house: House, anns: list[UUID]) -> None:
    for delivery in anns:
        house.read_inbox.mark(ref(delivery), DeliveryState.READ)
    assert undoable(house, BulkAct.UNREAD, *anns) == tuple(anns)

    house.bulk.take_back(ANN, BulkAct.UNREAD, anns)

    assert [state(house, ann) for ann in anns] == [DeliveryState.READ] * 3
    with pytest.raises(Invalid):
        house.bulk.take_back(ANN, BulkAct.UNREAD, [])


def test_of_what_is_marked_unread_together_only_what_was_read_is_offered_to_be_read_again(
    house: House, anns: list[UUID]
) -> None:
    read, done, _unread = anns
    house.read_inbox.mark(ref(read), DeliveryState.READ)
    house.read_inbox.mark(ref(done), DeliveryState.DONE)

    assert undoable(house, BulkAct.UNREAD, *anns) == (read,)


def test_what_was_done_since_it_was_marked_unread_stays_done(house: House, anns: list[UUID]) -> None:
    for delivery in anns:
        house.read_inbox.mark(ref(delivery), DeliveryState.READ)
    act(house, BulkAct.UNREAD, *anns)
    house.read_inbox.mark(ref(anns[1]), DeliveryState.DONE)

    taken_back = house.bulk.take_back(ANN, BulkAct.UNREAD, anns)

    assert [type(answer.refusal) if answer.refusal else None for answer in taken_back] == [None, Conflict, None]
    assert [state(house, ann) for ann in anns] == [DeliveryState.READ, DeliveryState.DONE, DeliveryState.READ]
