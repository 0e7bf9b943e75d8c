"""What is written in a row is one statement, and means what the single statements would mean."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Table, event, select, text

from adapters.database.bulk import Target
from adapters.database.tables import notification, practice, site
from adapters.database.transaction import Memory, Transaction
from router.errors import IllegalTransitionError
from router.messages.states import NotificationState
from tests.builders import settings
from tests.house import PRACTICE, House

LEASED: dict[str, object] = {"practice": "clinic", "kind": "staff_invitation", "state": "leased", "deferrals": 0}


def test_a_row_that_was_just_inserted_can_be_changed(house: House) -> None:
    """Parts of one statement would not see one another."""
    with house.engine.begin() as connection:
        transaction = Transaction(connection, timedelta, Memory())
        rows = [{"practice": "clinic", "id": uuid4()} for _ in range(3)]

        transaction.insert(notification, [LEASED | row for row in rows], due_at=transaction.now(), attempts=0)
        transaction.advance(notification, [NotificationState.SENT], rows[1:], state="sent")

        states = transaction.execute(select(notification.c.state).order_by(notification.c.state)).scalars().all()
    assert states == ["leased", "sent", "sent"]


def test_rows_that_may_not_become_what_they_should_are_noticed(house: House) -> None:
    """One of them was sent meanwhile: nothing that the transaction wrote may stay."""
    rows = [{"practice": "clinic", "id": uuid4()} for _ in range(2)]
    with house.engine.begin() as connection:
        transaction = Transaction(connection, timedelta, Memory())
        transaction.insert(notification, [LEASED | row for row in rows], due_at=transaction.now(), attempts=0)
        transaction.advance(notification, [NotificationState.SENT], rows[:1], state="sent")
        transaction.flush()

        again = [row | {"state": "due"} for row in rows]
        transaction.advance(notification, [NotificationState.DUE], again, token=None)
        with pytest.raises(IllegalTransitionError, match="2 rows of notification were to be changed, 1 could be"):
            transaction.flush()


def test_what_is_asked_sees_what_was_written_before(house: House) -> None:
    """Nothing that waits to be written is overlooked."""
    with house.engine.begin() as connection:
        session = Transaction(connection, timedelta, Memory())
        rows = [{"id": one, "name": one.title()} for one in ("north", "south")]

        session.insert(practice, rows, time_zone="UTC", created_at=session.now())

        found = session.execute(select(practice.c.id).order_by(practice.c.id)).scalars().all()
    assert found == ["north", "south"]


def test_the_same_rows_can_be_written_to_two_tables(house: House) -> None:
    """Each column says which value of a row it takes."""
    with house.engine.begin() as connection:
        session = Transaction(connection, timedelta, Memory())
        rows = [{"clinic": one, "north": f"{one}-north", "south": f"{one}-south"} for one in ("first", "second")]

        clinics = Target(practice, {"time_zone": "UTC", "created_at": session.now()}, {"id": "clinic", "name": "south"})
        sites = Target(site, {"hidden": False}, {"practice": "clinic", "id": "north", "name": "clinic"})
        session.insert_alike((clinics, sites), rows, ())

        wanted = select(practice.c.name, site.c.id, site.c.name).join(site, site.c.practice == practice.c.id)
        found = session.execute(wanted.order_by(practice.c.id)).all()
    assert found == [("first-south", "first-north", "first"), ("second-south", "second-north", "second")]


@pytest.mark.parametrize("many", [1, 5, 6], ids=["lists of one", "taken apart here", "taken apart by the server"])
def test_rows_that_differ_in_little_travel_as_one(house: House, many: int) -> None:
    """Each stands for as many rows as its lists are long, whoever takes them apart."""
    lengths = {"first": many, "second": 1}
    with house.engine.begin() as connection:
        session = Transaction(connection, timedelta, Memory())
        clinics = [{"id": one, "name": one} for one in lengths]
        session.insert(practice, clinics, time_zone="UTC", created_at=session.now())
        rows = [
            {"clinic": clinic, "title": f"of {clinic}", "places": [f'{clinic}-{n}, "{{null}}' for n in range(length)]}
            for clinic, length in lengths.items()
        ]

        columns = {"practice": "clinic", "id": "places", "name": "title"}
        session.insert_alike((Target(site, {"hidden": False}, columns),), rows, ("places",))

        found = session.execute(select(site.c.practice, site.c.id, site.c.name)).all()
    assert sorted(tuple(row) for row in found) == sorted(
        (clinic, f'{clinic}-{n}, "{{null}}', f"of {clinic}")
        for clinic, length in lengths.items()
        for n in range(length)
    )


def test_reading_a_property_of_a_transaction_asks_the_database_nothing(house: House) -> None:
    """The time is a call, as it reads the clock and keeps what it read."""
    with house.engine.begin() as connection:
        transaction = Transaction(connection, timedelta, Memory())
        asked: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
        for name in [name for name, found in vars(Transaction).items() if isinstance(found, property)]:
            getattr(transaction, name)

        assert not asked
        assert transaction.now() == transaction.now()
        assert len(asked) == 1


def test_a_claim_returns_everything_that_its_batch_needs(house: House) -> None:
    """Nothing is left on the transaction for the next one who asks."""
    house.furnish(settings(catch_all=("ann",))).write_many(2)
    with house.database.begin() as work:
        work.relay.pause("not now")
        claimed = work.routing.claim(10, 10)
        assert claimed is not None
        at = work.now()
        assert (len(claimed.messages), claimed.relay_paused, claimed.at) == (2, True, at)
        assert claimed.practices == work.practices.hold([PRACTICE])
        work.commit()

    with house.database.begin() as work:
        found = work.routing.claim_one(PRACTICE, claimed.messages[0].message)
        assert found is not None
        assert (found.messages, found.practices) == (claimed.messages[:1], claimed.practices)
        assert work.routing.claim_one(PRACTICE, uuid4()) is None


@pytest.mark.parametrize("write", [Transaction.insert_missing, Transaction.upsert])
def test_rows_that_others_may_write_as_well_are_written_by_their_keys(
    house: House, write: Callable[[Transaction, Table, list[dict[str, object]]], None]
) -> None:
    """Two transactions that write the same rows in other orders could wait for each other."""
    with house.engine.begin() as connection:
        transaction = Transaction(connection, timedelta, Memory())
        more = {"time_zone": "UTC", "created_at": transaction.now(), "roster_version": 0, "distribution_version": 0}
        rows = [{"id": one, "name": one.title()} | more for one in ("south", "east", "north")]

        write(transaction, practice, rows)

        place = text("rowid" if transaction.is_sqlite else "ctid")
        found = transaction.execute(select(practice.c.id).order_by(place)).scalars().all()
    assert found == ["east", "north", "south"]
