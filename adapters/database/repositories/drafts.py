"""Drafts of staff."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from adapters.database.repositories import expiry
from adapters.database.tables import delivery, staff_draft
from adapters.database.transaction import Transaction
from router.messages.drafts import DraftKind, SavedDraft
from router.ports.drafts import StaffDrafts


class StaffDraftRepository(StaffDrafts):
    """See router.ports.drafts.StaffDrafts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def put(self, practice: str, delivery_id: UUID, kind: DraftKind, body: str) -> datetime:
        saved_at = self._transaction.now()
        insert = sqlite.insert if self._transaction.is_sqlite else postgresql.insert
        text = {"body": body, "saved_at": saved_at}
        new = insert(staff_draft).values(practice=practice, delivery=delivery_id, kind=kind.value, **text)
        self._transaction.execute(new.on_conflict_do_update(index_elements=["practice", "delivery", "kind"], set_=text))
        return saved_at

    @override
    def of(self, practice: str, delivery_id: UUID) -> dict[DraftKind, SavedDraft]:
        wanted = select(staff_draft.c.kind, staff_draft.c.body, staff_draft.c.saved_at)
        rows = self._transaction.execute(wanted.where(_about(practice, delivery_id)))
        return {DraftKind(row.kind): SavedDraft(row.body, row.saved_at) for row in rows}

    @override
    def erase(self, practice: str, delivery_id: UUID, kind: DraftKind) -> None:
        this = _about(practice, delivery_id) & (staff_draft.c.kind == kind.value)
        self._transaction.execute(delete(staff_draft).where(this))

    @override
    def erase_of(self, practice: str, staff_ids: Iterable[str]) -> None:
        whose = self._transaction.one_of(delivery.c.staff, list(staff_ids))
        theirs = select(delivery.c.id).where(delivery.c.practice == practice, whose)
        these = (staff_draft.c.practice == practice) & staff_draft.c.delivery.in_(theirs)
        self._transaction.execute(delete(staff_draft).where(these))

    @override
    def expired(self, before: datetime) -> bool:
        return bool(self._transaction.execute(select(exists().where(staff_draft.c.saved_at < before))).scalar_one())

    @override
    def purge(self, before: datetime) -> int:
        return expiry.forget(self._transaction, staff_draft, staff_draft.c.saved_at, before, expiry.MANY)


def _about(practice: str, delivery_id: UUID) -> ColumnElement[bool]:
    return (staff_draft.c.practice == practice) & (staff_draft.c.delivery == delivery_id)
