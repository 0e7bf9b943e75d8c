"""Sessions."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, select, update
from typing_extensions import override

from adapters.database.repositories import expiry
from adapters.database.tables import session as table
from adapters.database.tables import staff
from adapters.database.transaction import Transaction as DatabaseSession
from router.access.sessions import LONGEST_SESSION, Holder, Session
from router.ports.access import Sessions


class SessionRepository(Sessions):
    """See router.ports.access.Sessions."""

    def __init__(self, session: DatabaseSession) -> None:
        self._transaction = session

    @override
    def add(self, session: Session) -> None:
        oldest = self._transaction.now() - LONGEST_SESSION
        expiry.forget(self._transaction, table, table.c.started_at, oldest, expiry.A_FEW)
        times = {"started_at": session.started_at, "seen_at": session.seen_at}
        self._transaction.insert(table, [{"digest": session.digest, **_columns(session.holder), **times}])

    @override
    def get(self, digest: str) -> Session | None:
        row = self._transaction.execute(select(table).where(table.c.digest == digest)).one_or_none()
        return _read(row) if row else None

    @override
    def lasting(self, digests: Collection[str], seen_after: datetime, started_after: datetime) -> set[str]:
        whose = (staff.c.practice == table.c.practice) & (staff.c.id == table.c.staff) & staff.c.active
        wanted = (
            select(table.c.digest)
            .join(staff, whose)
            .where(self._transaction.one_of(table.c.digest, digests))
            .where(table.c.seen_at > seen_after, table.c.started_at > started_after)
        )
        return set(self._transaction.execute(wanted).scalars())

    @override
    def see(self, digest: str) -> None:
        seen = update(table).where(table.c.digest == digest).values(seen_at=self._transaction.now())
        self._transaction.execute(seen)

    @override
    def end(self, digest: str) -> None:
        self._transaction.execute(delete(table).where(table.c.digest == digest))

    @override
    def end_all(self, holder: Holder) -> int:
        return self._transaction.execute(delete(table).where(*_held_by(holder))).rowcount

    @override
    def of(self, holder: Holder) -> list[Session]:
        found = select(table).where(*_held_by(holder)).order_by(table.c.started_at.desc(), table.c.digest)
        return [_read(row) for row in self._transaction.execute(found)]

    @override
    def end_of(self, practice: str, staff_ids: Collection[str], patients: Collection[str]) -> None:
        # One after the other: each has its index, and either of them together has none.
        for holders, ids in ((table.c.staff, staff_ids), (table.c.patient, patients)):
            theirs = self._transaction.one_of(holders, ids)
            self._transaction.execute(delete(table).where(table.c.practice == practice, theirs))


def _held_by(holder: Holder) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in _columns(holder).items()]


def _columns(holder: Holder) -> dict[str, str | None]:
    return {
        "practice": holder.practice,
        "staff": holder.staff,
        "operator": holder.operator,
        "patient": holder.patient,
        "authorized_user": holder.authorized_user,
    }


def _read(row: Row[tuple[object, ...]]) -> Session:
    holder = Holder(row.practice, row.staff, row.operator, row.patient, row.authorized_user)
    return Session(row.digest, holder, row.started_at, row.seen_at)
