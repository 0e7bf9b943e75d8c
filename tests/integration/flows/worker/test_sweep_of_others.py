"""What the sweep can't do for one practice, because of a damaged row, it does for all others."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from adapters.database.tables import conversation, delivery, distribution, ladder_change, ladder_run
from router.actors import COMMAND
from router.errors import UnavailableError
from router.messages.states import DeliveryState
from router.ports.ladder_changes import LadderChange
from router.practice.availability import Absence
from router.practice.people import Staff
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import LADDER, PATIENTS, STAFF, with_ladder
from tests.transitions import forging

# It comes first wherever practices stand in their order.
BAD = "bad"
PRACTICES = (BAD, PRACTICE)
CHICAGO = ZoneInfo("America/Chicago")
MANY = 53


def damage(house: House, statement: Any) -> None:  # noqa: ANN401 - an update of any table.
    """Change a row as nobody but somebody with a database shell does."""
    with forging(house.engine) as connection:
        connection.execute(statement)


def write(house: House, count: int = 1) -> None:
    for practice in PRACTICES:
        house.write_many(count, practice=practice)
    while house.route.run().routed:
        pass


def of(house: House, practice: str, staff: str, state: DeliveryState = DeliveryState.UNREAD) -> int:
    these = select(delivery.c.id).where(
        delivery.c.practice == practice, delivery.c.staff == staff, delivery.c.state == state.value
    )
    with house.engine.connect() as connection:
        return len(connection.execute(these).all())


def leave(house: House, staff: Staff) -> None:
    for practice in PRACTICES:
        house.bring([staff], practice=practice)


def test_an_absence_in_one_practice_keeps_none_in_another_waiting(house: House) -> None:
    for practice in PRACTICES:
        house.furnish(settings({Topic.BILLING: ("ann", "ben")}), practice=practice)
    write(house)
    begins = house.operations.ready()
    for practice in PRACTICES:
        absence = Absence("ann", begins, begins + timedelta(hours=1), "ada")
        house.roster.set_absence(practice, absence, COMMAND)
    damage(
        house,
        update(delivery).where(delivery.c.practice == BAD, delivery.c.staff == "ben").values(state="nonsense"),
    )

    assert house.absences.run() == 1

    assert [of(house, practice, "ada") for practice in PRACTICES] == [0, 1]
    assert [(what, about) for what, about, _ in house.failures] == [("absences", BAD)]


def test_what_leavers_left_in_one_practice_keeps_none_in_another_waiting(house: House) -> None:
    for practice in PRACTICES:
        house.furnish(settings({Topic.BILLING: ("ann", "ben")}, catch_all=()), practice=practice)
    leave(house, a_staff("ben", active=False))
    write(house, MANY)
    leave(house, a_staff("ben"))
    leave(house, a_staff("ann", active=False))
    damage(house, update(conversation).where(conversation.c.practice == BAD).values(topic="nonsense"))

    moved = house.leavers.run(lambda: True)

    assert moved > 0
    assert [of(house, practice, "ann") > 0 for practice in PRACTICES] == [True, False]
    assert [(what, about) for what, about, _ in house.failures] == [("leavers", BAD)]


@pytest.fixture
def climbing(house: House) -> House:
    for practice in PRACTICES:
        house.furnish(with_ladder(answer_within=60), practice=practice, staff=STAFF, patients=PATIENTS)
    write(house)
    return house


def test_settings_that_cannot_be_read_keep_no_other_practice_from_hearing_what_is_overdue(climbing: House) -> None:
    day = datetime.now(CHICAGO).date() + timedelta(days=2)
    climbing.clock.by += datetime.combine(day, time(9), CHICAGO).astimezone(UTC) - climbing.operations.ready()
    damage(climbing, update(distribution).where(distribution.c.practice == BAD).values(document={}))
    # Another process, which has read none of them yet.
    worker = House(climbing.engine, climbing.clock)

    assert worker.tell_overdue.run() == 1

    assert [(what, about) for what, about, _ in worker.failures] == [("overdue", BAD)]


def begin(house: House) -> None:
    """Give what is open the ladder that is in force now."""
    for practice in PRACTICES:
        house.save(with_ladder(*LADDER), practice=practice)
        with house.database.begin() as work:
            work.ladder_changes.note(practice, LadderChange.OPEN)
            work.commit()


def runs(house: House) -> list[str]:
    with house.engine.connect() as connection:
        return list(connection.execute(select(ladder_run.c.practice)).scalars())


def noted(house: House) -> list[str]:
    with house.engine.connect() as connection:
        return list(connection.execute(select(ladder_change.c.practice)).scalars())


def test_a_change_that_cannot_be_followed_keeps_none_of_another_practice_waiting(climbing: House) -> None:
    damage(climbing, update(delivery).where(delivery.c.practice == BAD).values(state="nonsense"))
    begin(climbing)

    climbing.ladder_changes.run()

    assert runs(climbing) == [PRACTICE]
    assert noted(climbing) == [BAD]
    assert [(what, about) for what, about, _ in climbing.failures] == [(BAD, "change of open")]


def test_a_message_that_cannot_be_read_keeps_no_other_of_its_practice_from_the_new_ladder(climbing: House) -> None:
    bad = select(conversation.c.id).where(conversation.c.practice == BAD).scalar_subquery()
    damage(climbing, update(conversation).where(conversation.c.id == bad).values(topic="nonsense"))
    climbing.write(climbing.draft("another"), practice=BAD)
    climbing.route.run()
    begin(climbing)

    climbing.ladder_changes.run()

    assert sorted(runs(climbing)) == sorted(PRACTICES)
    assert noted(climbing) == []
    assert [what for what, _, _ in climbing.failures] == [BAD]


def test_a_run_that_cannot_be_read_keeps_no_other_of_its_practice_from_new_hours(house: House) -> None:
    house.furnish(with_ladder(*LADDER), staff=STAFF, patients=PATIENTS)
    house.write_many(3)
    house.route.run()
    first = select(ladder_run.c.message).order_by(ladder_run.c.message).limit(1).scalar_subquery()
    damage(house, update(ladder_run).where(ladder_run.c.message == first).values(steps=[{"do": "sing"}]))
    house.practices.move(PRACTICE, "Europe/Paris", COMMAND)

    in_slices = replace(house.ladder_changes, slice=1)

    assert in_slices.run() == 2
    assert noted(house) == []
    assert house.failures == []


def test_a_database_that_goes_is_charged_to_no_practice(climbing: House, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(climbing)

    def gone(*_: object) -> NoReturn:
        raise UnavailableError("gone")

    monkeypatch.setattr("router.flows.worker.ladder_changes.has_another_ladder", gone)
    monkeypatch.setattr("router.flows.worker.overdue.opening_hours", gone)
    for flow in (climbing.ladder_changes, climbing.tell_overdue):
        with pytest.raises(UnavailableError):
            flow.run()

    assert climbing.failures == []
