"""Somebody leaves with more unfinished messages than are routed again while the practice is locked."""

from sqlalchemy import func, select

from adapters.database.tables import delivery, leaver_return
from router.actors import COMMAND
from router.coverage.departures import HeldWork, departure_in_words
from router.flows.administrator.roster_import import Imported, RosterImport
from router.flows.hand_over import RETURNED_AT_ONCE
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_document, a_staff, settings
from tests.house import PRACTICE, House

FOLLOWING = 3
MANY = RETURNED_AT_ONCE + FOLLOWING


def go_on() -> bool:
    return True


def furnish(house: House, *recipients: str) -> None:
    house.furnish(settings({Topic.BILLING: recipients}, catch_all=()))
    house.write(*(house.draft(f"key-{n}") for n in range(MANY)))
    house.route.run()


def leave(house: House) -> Imported:
    document = a_document([a_staff("ann", active=False)])
    return house.roster.bring_up_to_date(PRACTICE, RosterImport(document=document), COMMAND)


def held_by(house: House, staff: str, state: DeliveryState) -> int:
    theirs = select(func.count()).where(delivery.c.staff == staff, delivery.c.state == state.value)
    with house.database.engine.connect() as connection:
        return connection.execute(theirs).scalar_one()


def notes(house: House) -> int:
    with house.database.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(leaver_return)).scalar_one()


def test_the_first_go_to_a_colleague_at_once_and_the_sweep_moves_the_others(house: House) -> None:
    furnish(house, "ann", "ben")
    house.bring([a_staff("ben", active=False)])
    house.bring([a_staff("ben", active=True)])

    left = leave(house).impact.departures[0]

    assert left.held == HeldWork(deliveries=MANY, returned=RETURNED_AT_ONCE, more_follow=True)
    assert departure_in_words(left)[-1] == (
        f"Had {MANY} unfinished messages; {RETURNED_AT_ONCE} went to somebody else, and others follow within minutes."
    )
    assert held_by(house, "ann", DeliveryState.UNREAD) == FOLLOWING
    assert house.leavers.run(go_on) == FOLLOWING
    assert held_by(house, "ann", DeliveryState.UNREAD) == 0
    assert held_by(house, "ben", DeliveryState.UNREAD) == MANY
    assert notes(house) == 0


def test_what_nobody_can_take_is_tried_once_until_something_changes(house: House) -> None:
    furnish(house, "ann")
    house.bring([a_staff("ada", active=False)])
    assert leave(house).impact.departures[0].held.returned == 0
    assert notes(house) == 1

    assert house.leavers.run(go_on) == 0

    assert notes(house) == 0
    assert held_by(house, "ann", DeliveryState.UNREAD) == MANY


def test_no_other_slice_begins_once_it_is_time_to_stop(house: House) -> None:
    furnish(house, "ann", "ben")
    leave(house)

    assert house.leavers.run(lambda: False) == 0

    assert notes(house) == 1
    assert house.leavers.run(go_on) == FOLLOWING
