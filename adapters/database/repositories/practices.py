"""Practices and the versions that count their changes."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Row, RowMapping, Select, bindparam, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from typing_extensions import override

from adapters.database import bulk, tables
from adapters.database.tables import practice as table
from adapters.database.transaction import Transaction, clock_of
from router.ports.practice import Practices
from router.practice.people import Practice

FIELDS = ("id", "name", "time_zone", "roster_version", "distribution_version")
IS_THERE = table.c.deleted_at.is_(None)
# What makes these advisory locks of PostgreSQL differ from any others.
ROSTER_TURNS = 1
LONGEST_IDLE = "10min"
# What outlives a practice, and what it can't have when it is deleted: the foreign keys of a message that comes
# meanwhile keep the charts.
KEPT = (tables.audit, tables.message, tables.conversation)
# For statements that ask for something else with an id along.
OF_PRACTICE = [table.c[name].label(f"practice_{name}") for name in FIELDS]


class PracticeRepository(Practices):
    """See router.ports.practice.Practices."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def add(self, practice: Practice) -> bool:
        # The id of a deleted practice is taken as well.
        if self._transaction.execute(select(table.c.id).where(table.c.id == practice.id)).first() is not None:
            return False
        row = {"id": practice.id, "name": practice.name, "time_zone": practice.time_zone}
        self._transaction.insert(table, [row | {"created_at": self._transaction.now()}])
        return True

    @override
    def get(self, practice: str, *, with_time: bool = False) -> Practice | None:
        wanted = _wanted(is_sqlite=self._transaction.is_sqlite)
        row = self._transaction.execute(wanted, {"practice": practice}).one_or_none()
        if row is None:
            return None
        if with_time:
            self._transaction.note_time(row.clock)
        return _practice(row)

    @override
    def all(self) -> list[Practice]:
        return [_practice(row) for row in self._transaction.execute(select(table).where(IS_THERE).order_by(table.c.id))]

    @override
    def change(self, practice: Practice) -> None:
        named = update(table).where(table.c.id == practice.id)
        self._transaction.execute(named.values(name=practice.name, time_zone=practice.time_zone))

    @override
    def has_messages(self, practice: str) -> bool:
        found = select(tables.message.c.id).where(tables.message.c.practice == practice).limit(1)
        return self._transaction.execute(found).first() is not None

    @override
    def delete(self, practice: str) -> bool:
        try:
            for owned in reversed(tables.metadata.sorted_tables):
                if "practice" in owned.c and owned not in KEPT:
                    self._transaction.execute(delete(owned).where(owned.c.practice == practice))
        except IntegrityError:
            # Somebody has written to it since it was asked whether there are messages.
            return False
        gone = update(table).where(table.c.id == practice).values(deleted_at=self._transaction.now())
        self._transaction.execute(gone)
        return True

    @override
    def hold(self, practices: Iterable[str]) -> dict[str, Practice]:
        """Share the rows, so that a change of roster or settings waits until this transaction ends.

        A practice that is being changed is left out rather than waited for.
        """
        return hold(self._transaction, practices)

    @override
    def take_turn(self, practice: str) -> int:
        self._transaction.changing.add(practice)
        if not self._transaction.is_sqlite:
            # Not the row: routing shares that. Where two names have the same hash, one waits for the other.
            number = func.hashtextextended(practice, ROSTER_TURNS)
            self._transaction.execute(select(func.pg_advisory_xact_lock(number)))
            # A roster that is worked out in this transaction keeps the server waiting.
            self._transaction.execute(text(f"set local idle_in_transaction_session_timeout = '{LONGEST_IDLE}'"))
        wanted = select(table.c.roster_version).where(table.c.id == practice)
        return self._transaction.execute(wanted).scalar_one_or_none() or 0

    @override
    def change_roster(self, practice: str) -> int:
        self._transaction.changing.add(practice)
        counted = (
            update(table)
            .where(table.c.id == practice)
            .values(roster_version=table.c.roster_version + 1)
            .returning(table.c.roster_version)
        )
        return self._transaction.execute(counted).scalar_one_or_none() or 0

    @override
    def change_distribution(self, practice: str) -> int:
        """Count a change of the settings; returns the new version, 0 for an unknown practice."""
        self._transaction.changing.add(practice)
        counted = (
            update(table)
            .where(table.c.id == practice)
            .values(distribution_version=table.c.distribution_version + 1)
            .returning(table.c.distribution_version)
        )
        return self._transaction.execute(counted).scalar_one_or_none() or 0


def hold(transaction: Transaction, practices: Iterable[str]) -> dict[str, Practice]:
    """Read these practices and share their rows; see router.ports.practice.Practices."""
    held = transaction.execute(_held(is_sqlite=transaction.is_sqlite), {"practices": sorted(set(practices))})
    return {row.id: _practice(row) for row in held}


# Asked by every message and every batch: made once for each kind of database.
@cache
def _wanted(*, is_sqlite: bool) -> Select[Any]:
    return select(table, clock_of(is_sqlite=is_sqlite)).where(table.c.id == bindparam("practice"), IS_THERE)


@cache
def _held(*, is_sqlite: bool) -> Select[Any]:
    these = bulk.among(table.c.id, "practices", is_sqlite=is_sqlite)
    return select(table).where(these).order_by(table.c.id).with_for_update(read=True, skip_locked=True)


def _practice(row: Row[tuple[object, ...]]) -> Practice:
    return Practice(row.id, row.name, row.time_zone, row.roster_version, row.distribution_version)


def practice_of(row: RowMapping) -> Practice:
    """The practice in a row that names its columns as OF_PRACTICE does."""
    return Practice(*(row[f"practice_{name}"] for name in FIELDS))
