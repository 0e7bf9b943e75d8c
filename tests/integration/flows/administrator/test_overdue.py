"""What is overdue, and handing it over: never by role, never to those who may not get it."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select

from adapters.database import tables
from router.actors import COMMAND, Actor, ActorKind
from router.errors import Conflict, Forbidden, Invalid, NotFound
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, REMIND, STAFF, wait, with_ladder, written

EVERYBODY = (*STAFF, a_staff("dan"))


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine).furnish(
        with_ladder(REMIND, ALERT, answer_within=120),
        staff=EVERYBODY,
        patients=(a_patient("sam", team=["cem"]),),
    )


@pytest.fixture
def overdue(house: House) -> UUID:
    message = written(house)
    for _ in range(5):
        wait(house, minutes=60)
    return message


def listed(house: House) -> list[tuple[UUID, bool, tuple[str, ...]]]:
    found = house.overdue.list(PRACTICE, COMMAND)
    return [(item.message, item.alerted_at is not None, item.holders) for item in found.items]


def test_a_message_is_listed_from_its_answer_by_on_and_marked_once_it_was_alerted(house: House) -> None:
    message = written(house)
    wait(house, minutes=119)
    assert listed(house) == []
    wait(house, minutes=2)
    assert listed(house) == [(message, False, ("ann",))]
    wait(house, minutes=120)
    assert listed(house) == [(message, True, ("ann",))]
    assert house.overdue.count(PRACTICE) == 1


@pytest.mark.parametrize("act", ["raise", "correct", "done and undone", "another ladder"])
def test_what_was_alerted_stays_on_the_list_under_its_next_ladder(house: House, overdue: UUID, act: str) -> None:
    later = (replace(ALERT, after=6_000),)
    topics = topic_set({Topic.BILLING: ["ann"], Topic.OTHER: ["ann"]})
    house.save(replace(with_ladder(*later, urgent_ladder=later, answer_within=120), practice=topics))
    anns = DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)
    match act:
        case "raise":
            house.urgency.change(anns, PriorityRequest(Priority.URGENT))
        case "correct":
            house.correction.correct(anns, CorrectionRequest(Topic.OTHER))
        case "done and undone":
            house.read_inbox.mark(anns, DeliveryState.DONE)
            assert listed(house) == []
            house.undo.undo(anns)
        case _:
            house.ladders.begin(PRACTICE, COMMAND)
            house.ladder_changes.run()
    wait(house, minutes=1)

    assert listed(house) == [(overdue, True, ("ann",))]
    assert house.overdue.count(PRACTICE) == 1
    house.replies.reply(anns, ReplyRequest("I'll ask.", keep_open=True))
    assert listed(house) == []
    assert house.overdue.count(PRACTICE) == 0


def test_what_is_done_is_not_looked_through_until_it_waits_again(house: House) -> None:
    """Each count read all that anybody had been done with in sixty days."""
    message = written(house)
    wait(house, minutes=121)
    anns = DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)

    def is_left_out() -> bool:
        with house.engine.connect() as connection:
            return connection.execute(select(tables.message.c.done_at)).scalar_one() is not None

    house.read_inbox.mark(anns, DeliveryState.DONE)
    assert (is_left_out(), listed(house)) == (True, [])

    house.read_inbox.mark(anns, DeliveryState.UNREAD)
    assert (is_left_out(), listed(house)) == (False, [(message, False, ("ann",))])


def test_those_who_may_get_it_are_named_in_the_order_of_the_cascade(house: House, overdue: UUID) -> None:
    assert house.overdue.may_get(PRACTICE, overdue) == ("ann", "cem", "ben")
    names = house.overdue.list(PRACTICE, COMMAND)
    assert (names.name_of("ann"), names.name_of("gone")) == (a_staff("ann").name, "gone")
    with pytest.raises(NotFound):
        house.overdue.may_get(PRACTICE, uuid4())


@pytest.mark.usefixtures("overdue")
def test_an_answer_takes_it_off_the_list_at_once(house: House) -> None:
    ref = DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)
    house.replies.reply(ref, ReplyRequest("It is paid."))
    assert listed(house) == []


@pytest.mark.usefixtures("overdue")
def test_so_does_done(house: House) -> None:
    ref = DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)
    house.read_inbox.mark(ref, DeliveryState.DONE)
    assert listed(house) == []


@pytest.mark.parametrize(("to", "holders"), [("catch_all", ("ben",)), ("cem", ("cem",)), ("cascade", ("ann",))])
def test_it_goes_to_those_who_may_get_it(house: House, overdue: UUID, to: str, holders: tuple[str, ...]) -> None:
    assert house.overdue.hand_over(PRACTICE, overdue, to, COMMAND).holders == holders
    assert listed(house) == [(overdue, True, holders)]
    house.notify.run()
    assert house.breaches() == {}


def test_staff_who_dont_administer_the_portal_hand_nothing_over(house: House, overdue: UUID) -> None:
    with pytest.raises(Forbidden):
        house.overdue.hand_over(PRACTICE, overdue, "cem", Actor(ActorKind.STAFF, "ben"))
    assert house.overdue.hand_over(PRACTICE, overdue, "cem", Actor(ActorKind.STAFF, "ada")).holders == ("cem",)


def test_whom_it_goes_to_counts_as_having_newly_got_it_and_the_trace_says_why(house: House, overdue: UUID) -> None:
    house.overdue.hand_over(PRACTICE, overdue, "catch_all", COMMAND)
    trace, _ = house.traces.trace(PRACTICE, overdue, COMMAND)
    assert [(hand_over.giver, hand_over.taker, hand_over.kind) for hand_over in trace.hand_overs] == [
        ("ann", "ben", "overdue")
    ]


def test_the_cascade_gives_it_to_those_who_are_named_now_by_a_resolution_of_its_own(
    house: House, overdue: UUID
) -> None:
    house.save(replace(with_ladder(REMIND, ALERT), practice=topic_set({Topic.BILLING: ["dan"]})))

    assert house.overdue.hand_over(PRACTICE, overdue, "cascade", COMMAND).holders == ("dan",)

    trace, _ = house.traces.trace(PRACTICE, overdue, COMMAND)
    assert (len(trace.resolutions), trace.hand_overs) == (2, ())
    assert [item.message for item in house.inbox("dan").items] == [overdue]
    assert house.inbox("ann").items == ()


def test_where_the_cascade_finds_nobody_it_stays_where_it_is(house: House, overdue: UUID) -> None:
    house.bring([replace(member, active=False) for member in EVERYBODY])

    with pytest.raises(Conflict, match="finds nobody"):
        house.overdue.hand_over(PRACTICE, overdue, "cascade", COMMAND)

    assert listed(house) == [(overdue, True, ("ann",))]


def test_who_was_done_with_a_forward_of_it_gets_it_again_and_takes_care_of_it(house: House, overdue: UUID) -> None:
    anns = DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)
    house.forward.forward(anns, ForwardRequest("ben", "For you to know.", whole_conversation=False))
    bens = DeliveryRef(PRACTICE, house.inbox("ben").items[0].delivery, "ben", COMMAND)
    house.read_inbox.mark(bens, DeliveryState.DONE)
    assert listed(house) == [(overdue, True, ("ann",))]

    house.overdue.hand_over(PRACTICE, overdue, "catch_all", COMMAND)

    assert listed(house) == [(overdue, True, ("ben",))]
    assert [item.state for item in house.inbox("ben").items] == [DeliveryState.UNREAD]
    house.read_inbox.mark(bens, DeliveryState.DONE)
    assert listed(house) == []


@pytest.mark.parametrize("to", ["ada", "dan", "nobody"])
def test_nobody_gets_it_by_their_role_alone(house: House, overdue: UUID, to: str) -> None:
    with pytest.raises(Invalid) as refused:
        house.overdue.hand_over(PRACTICE, overdue, to, COMMAND)
    assert [error.field for error in refused.value.errors] == ["to"]
    assert listed(house) == [(overdue, True, ("ann",))]


def test_where_nobody_is_available_nothing_moves(house: House, overdue: UUID) -> None:
    house.send_away("ben", hours=99)
    with pytest.raises(Conflict):
        house.overdue.hand_over(PRACTICE, overdue, "catch_all", COMMAND)
    assert listed(house) == [(overdue, True, ("ann",))]


def test_what_is_not_overdue_and_what_is_unknown_is_refused(house: House) -> None:
    message = written(house)
    with pytest.raises(Conflict):
        house.overdue.hand_over(PRACTICE, message, "catch_all", COMMAND)
    with pytest.raises(NotFound):
        house.overdue.hand_over(PRACTICE, uuid4(), "catch_all", COMMAND)


def test_what_was_written_to_a_chosen_provider_goes_to_the_care_team_only(engine: Engine) -> None:
    house = House(engine).furnish(
        with_ladder(ALERT), staff=EVERYBODY, patients=(a_patient("sam", team=["ann", "cem"]),)
    )
    message = written(house, topic=Topic.MEDICAL, to="ann")
    wait(house, hours=5)
    with pytest.raises(Invalid):
        house.overdue.hand_over(PRACTICE, message, "catch_all", COMMAND)
    assert house.overdue.hand_over(PRACTICE, message, "cem", COMMAND).holders == ("cem",)


def test_another_practice_sees_nothing(house: House, overdue: UUID) -> None:
    house.furnish(practice="other", staff=EVERYBODY)
    assert house.overdue.list("other", COMMAND).items == ()
    with pytest.raises(NotFound):
        house.overdue.hand_over("other", overdue, "cascade", COMMAND)


def test_those_who_had_it_are_told_that_it_has_gone_to_somebody_else(house: House, overdue: UUID) -> None:
    house.notify.run()
    house.mailer.sent.clear()

    house.overdue.hand_over(PRACTICE, overdue, "cem", COMMAND)
    house.notify.run()

    told = sorted((mail.kind.value, mail.recipient) for mail in house.mailer.sent)
    assert told == [("staff_delivery", "cem@clinic.example"), ("staff_handed_over", "ann@clinic.example")]
    assert house.breaches() == {}
