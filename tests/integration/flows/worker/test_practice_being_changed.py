"""A practice whose roster or settings are being changed is left out for now: nobody else waits for it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from adapters.database.engine import make_engine
from router.actors import COMMAND
from router.errors import Conflict
from router.flows.administrator.roster_import import RosterImport
from router.flows.hand_over import RETURNED_AT_ONCE
from router.flows.staff.inbox import InboxListing
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.states import DeliveryState
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.practice.availability import Absence
from router.practice.roster import Mode
from router.practice.topics import Topic
from tests.builders import NOON, a_document, a_staff, settings
from tests.house import House

BUSY, OTHER = "busy", "other"


@pytest.fixture
def house(migrated_postgres_url: str) -> Iterator[House]:
    """Two practices on PostgreSQL: on SQLite all writers take turns."""
    engine = make_engine(migrated_postgres_url)
    made = House(engine)
    for practice in (BUSY, OTHER):
        made.furnish(settings({Topic.BILLING: ["ann"]}), practice=practice)
    yield made
    engine.dispose()


@contextmanager
def changing(house: House, practice: str) -> Iterator[None]:
    """Somebody is in the middle of changing this practice's roster."""
    with house.engine.begin() as connection:
        counted = text("update practice set roster_version = roster_version + 1 where id = :practice")
        connection.execute(counted, {"practice": practice})
        yield


def test_other_practices_are_routed_meanwhile_and_it_is_routed_afterwards(house: House) -> None:
    """Waiting for it would end in the lock's timeout."""
    left_out, others = house.write_many(3, practice=BUSY), house.write_many(3, practice=OTHER)

    with changing(house, BUSY):
        assert house.route.run().routed == len(others)
        assert house.states(others, OTHER) == ["delivered"] * len(others)
        assert house.states(left_out, BUSY) == ["accepted"] * len(left_out)

    assert house.route.run().routed == len(left_out)
    assert house.breaches() == {}


def test_nothing_of_a_practice_that_is_left_out_is_held(house: House) -> None:
    """Whoever changes it may have to write its messages."""
    house.write_many(1, practice=BUSY)
    with changing(house, BUSY), house.database.begin() as work:
        assert work.routing.claim(10, 10) is None
        with house.engine.begin() as another:
            held = another.execute(text("select id from message for update nowait"))
            assert len(held.all()) == 1


def test_what_a_leaver_still_has_moves_once_nobody_is_changing_it(house: House) -> None:
    house.write_many(RETURNED_AT_ONCE + 1, practice=BUSY)
    house.route.run()
    leaving = RosterImport(document=a_document([a_staff("ann", active=False)]))
    house.roster.bring_up_to_date(BUSY, leaving, COMMAND)

    with changing(house, BUSY):
        assert house.leavers.run(lambda: True) == 0

    assert house.leavers.run(lambda: True) == 1
    assert house.breaches() == {}


def test_a_batch_that_is_redone_singly_leaves_it_out_too(house: House) -> None:
    left_out = house.write_many(2, practice=BUSY)
    broken, well = house.write_many(2, practice=OTHER)
    with house.engine.begin() as connection:
        wrong = text("update conversation set topic = 'nonsense' where id = :id")
        connection.execute(wrong, {"id": broken.conversation})

    with ExitStack() as meanwhile:

        def begin_to_change(what: str, *_: object) -> None:
            if what == "a batch":
                meanwhile.enter_context(changing(house, BUSY))

        done = replace(house.route, report=begin_to_change).run()

        assert (done.routed, done.failed) == (1, 1)
        assert house.states([well], OTHER) == ["delivered"]
        assert house.states(left_out, BUSY) == ["accepted"] * len(left_out)
    assert house.route.run().routed == len(left_out)


def test_what_the_absent_have_not_read_moves_when_the_change_is_over(house: House) -> None:
    for practice in (BUSY, OTHER):
        house.write_many(1, practice=practice)
    house.route.run()
    now = house.operations.ready()
    for practice in (BUSY, OTHER):
        away = Absence("ann", now - timedelta(seconds=1), now + timedelta(hours=8), "ben")
        house.roster.set_absence(practice, away, COMMAND)

    with changing(house, BUSY):
        assert house.absences.run() == 1
    assert house.absences.run() == 1


def with_a_step(house: House, practice: str) -> UUID:
    """A message whose reminder is due a minute after it was written."""
    ladder = (LadderStep(1, Condition.UNOPENED, Do.REMIND), LadderStep(600, Condition.UNANSWERED, Do.ALERT))
    hours = Hours(PracticeHours(round_the_clock=True))
    house.save(replace(settings({Topic.BILLING: ["ann"]}), hours=hours, ladder=ladder), practice=practice)
    (message,) = house.write_many(1, practice=practice)
    house.route.run()
    return message.id


def test_steps_of_other_practices_are_carried_out_meanwhile(house: House) -> None:
    """A batch of the oldest that had nothing but steps of the practice that is changed was empty, again and again."""
    with_a_step(house, BUSY)
    house.clock.by += timedelta(seconds=20)
    with_a_step(house, OTHER)
    house.clock.by += timedelta(minutes=2)
    escalate = replace(house.escalate, batch=1)

    with changing(house, BUSY):
        assert escalate.run().acted == 1
        assert escalate.run().acted == 0
    assert escalate.run().acted == 1
    assert house.breaches() == {}


def test_changes_of_other_practices_are_followed_meanwhile(house: House) -> None:
    for practice in (BUSY, OTHER):
        with_a_step(house, practice)
        house.practices.move(practice, "Europe/Paris", COMMAND)

    with changing(house, BUSY):
        assert house.ladder_changes.run() == 1
    assert house.ladder_changes.run() == 1


def owned_and_away(house: House) -> UUID:
    """Ann has read and owns what is in a conversation, and goes away."""
    (message,) = house.write_many(1, practice=BUSY)
    house.route.run()
    inbox = InboxRef(BUSY, "ann", COMMAND)
    (item,) = house.read_inbox.page(inbox, InboxListing(), None, 9).items
    ref = DeliveryRef(BUSY, item.delivery, "ann", COMMAND)
    house.replies.claim(ref)
    house.read_inbox.mark(ref, DeliveryState.READ)
    now = house.operations.ready()
    away = Absence("ann", now - timedelta(seconds=1), now + timedelta(hours=8), "ben")
    house.roster.set_absence(BUSY, away, COMMAND)
    return message.conversation


def test_what_the_absent_own_moves_when_the_change_is_over(house: House) -> None:
    owned_and_away(house)

    with changing(house, BUSY):
        assert house.absences.run() == 0
    assert house.absences.run() == 1


def test_what_the_absent_own_moves_once_nobody_else_acts_on_it(house: House) -> None:
    conversation = owned_and_away(house)

    with house.engine.begin() as somebody:
        somebody.execute(text("select id from conversation where id = :id for update"), {"id": conversation})
        assert house.absences.run() == 0
    assert house.absences.run() == 1


def test_nothing_of_it_that_is_overdue_is_handed_over_meanwhile(house: House) -> None:
    (late,) = house.write_many(1, practice=BUSY)
    house.route.run()

    with changing(house, BUSY), pytest.raises(Conflict, match="Try again"):
        house.overdue.hand_over(BUSY, late.id, "cascade", COMMAND)

    assert house.recipients(late.id, BUSY) == ["ann"]


def test_who_changed_it_says_that_it_can_be_routed(house: House) -> None:
    """What was left out meanwhile need not wait for the sweep."""
    changes = (
        lambda: house.roster.change_staff(BUSY, "ann", {"title": "RN"}, COMMAND),
        lambda: house.roster.set_absence(BUSY, Absence("ann", NOON, NOON + timedelta(hours=1)), COMMAND),
        lambda: house.roster.end_absence(BUSY, "ann", COMMAND),
        lambda: house.save(settings({Topic.BILLING: ["ben"]}), practice=BUSY),
        lambda: house.roster.bring_up_to_date(
            BUSY, RosterImport(document=a_document(), mode=Mode.REPLACE, allow_deactivate=True), COMMAND
        ),
    )
    for change in changes:
        house.hints.given.clear()
        change()
        assert house.hints.given["route"] == 1
