"""One-time links by which staff choose a password, each with the notification that brings it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, select, update
from typing_extensions import override

from adapters.database.repositories.parked import IS_PARKED_NOTIFICATION
from adapters.database.tables import attempt, notification
from adapters.database.tables import password_link as table
from adapters.database.transaction import Transaction
from router.access.password_links import PasswordLink, SentLink
from router.messages.notification import Kind
from router.messages.smtp_replies import without_links
from router.messages.states import NotificationState
from router.ports.access import PasswordLinks

LINK = select(table, notification.c.kind).join_from(table, notification)


class PasswordLinkRepository(PasswordLinks):
    """See router.ports.access.PasswordLinks."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def add(self, practice: str, links: Sequence[PasswordLink]) -> None:
        now = self._transaction.now()
        self.end(practice, [one.staff for one in links])
        due = {"state": NotificationState.DUE.value, "due_at": now, "deferrals": 0, "attempts": 0}
        rows = [{"practice": practice, "id": one.notification, "kind": one.kind.value, **due} for one in links]
        self._transaction.insert(notification, rows)
        self._transaction.insert(
            table,
            [
                {"practice": practice, "notification": one.notification, "staff": one.staff, "digest": one.digest}
                | {"made_at": now, "expires_at": one.expires_at}
                for one in links
            ],
        )

    @override
    def get(self, digest: str) -> PasswordLink | None:
        # What the mail server said of a parked email is shown to people, and it may have quoted the link in a way that
        # was not recognized.
        row = self._transaction.execute(LINK.where(self._works(digest), ~IS_PARKED_NOTIFICATION)).one_or_none()
        return _read(row) if row else None

    @override
    def take(self, digest: str) -> PasswordLink | None:
        found = self.get(digest)
        # Of two who take it at the same time one waits here for the other, and then finds it ended.
        taken = update(table).where(self._works(digest)).values(ended_at=self._transaction.now())
        return found if found is not None and self._transaction.execute(taken).rowcount else None

    @override
    def brought_by(self, practice: str, notifications: Collection[UUID]) -> list[PasswordLink]:
        theirs = LINK.where(table.c.practice == practice, self._transaction.one_of(table.c.notification, notifications))
        return [_read(row) for row in self._transaction.execute(theirs).all()]

    @override
    def renew(self, link: PasswordLink) -> None:
        this = and_(table.c.practice == link.practice, table.c.notification == link.notification)
        renewed = update(table).where(this).values(digest=link.digest, generation=link.generation)
        self._transaction.execute(renewed)

    @override
    def end(self, practice: str, staff: Iterable[str]) -> None:
        theirs = and_(
            table.c.practice == practice,
            self._transaction.one_of(table.c.staff, list(staff)),
            table.c.ended_at.is_(None),
        )
        self._transaction.execute(update(table).where(theirs).values(ended_at=self._transaction.now()))

    @override
    def holders(self, practice: str) -> set[str]:
        works = and_(
            table.c.practice == practice, table.c.ended_at.is_(None), table.c.expires_at > self._transaction.now()
        )
        return set(self._transaction.execute(select(table.c.staff).where(works)).scalars())

    @override
    def last(self, practice: str, staff: list[str]) -> Mapping[str, SentLink]:
        newest = func.row_number().over(partition_by=table.c.staff, order_by=table.c.made_at.desc()).label("place")
        theirs = (
            select(table, newest)
            .where(table.c.practice == practice, self._transaction.one_of(table.c.staff, staff))
            .subquery()
        )
        about = (notification.c.practice == theirs.c.practice) & (notification.c.id == theirs.c.notification)
        tried = (attempt.c.practice == theirs.c.practice) & (attempt.c.notification == theirs.c.notification)
        wanted = (
            select(theirs, notification.c.kind, notification.c.state, notification.c.reason, attempt.c.answer)
            .join_from(theirs, notification, about)
            .outerjoin(attempt, tried & (attempt.c.number == notification.c.attempts))
            .where(theirs.c.place == 1)
        )
        return {row.staff: _sent(row) for row in self._transaction.execute(wanted)}

    def _works(self, digest: str) -> ColumnElement[bool]:
        return and_(table.c.digest == digest, table.c.ended_at.is_(None), table.c.expires_at > self._transaction.now())


def _read(row: Row[tuple[object, ...]]) -> PasswordLink:
    kind = Kind(row.kind)
    link = PasswordLink(row.practice, row.staff, row.notification, kind, row.digest, row.expires_at)
    return replace(link, generation=row.generation)


def _sent(row: Row[tuple[object, ...]]) -> SentLink:
    state = NotificationState(row.state)
    return SentLink(
        Kind(row.kind),
        row.made_at,
        row.expires_at,
        row.ended_at,
        state,
        row.reason,
        without_links(row.answer or "") or None,
    )
