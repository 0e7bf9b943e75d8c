"""Drafts of staff."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, case, delete, exists, false, func, literal, select, true, update
from typing_extensions import override

from adapters.database.repositories import expiry
from adapters.database.tables import delivery, staff_draft
from adapters.database.transaction import Transaction
from router.messages.drafts import DraftKind, OtherText, SavedDraft, StaffDraft
from router.ports.drafts import StaffDrafts


class StaffDraftRepository(StaffDrafts):
    """See router.ports.drafts.StaffDrafts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def put(self, practice: str, delivery_id: UUID, draft: StaffDraft) -> SavedDraft | None:
        # What is blank is stored as nothing.
        body = draft.body if draft.body.strip() else ""
        text = {"body": body, "saved_at": self._transaction.now(), "idempotency_key": draft.idempotency_key}
        new = self._transaction.new_in(staff_draft).values(
            practice=practice, delivery=delivery_id, kind=draft.kind.value, **text
        )
        is_unseen = _is_unseen(draft, body)
        kept = {
            "other_body": case((is_unseen, staff_draft.c.body), else_=staff_draft.c.other_body),
            "other_saved_at": case((is_unseen, staff_draft.c.saved_at), else_=staff_draft.c.other_saved_at),
        }
        index = ["practice", "delivery", "kind"]
        saving = new.on_conflict_do_update(index_elements=index, set_={**text, **kept}).returning(staff_draft)
        saved = _saved(self._transaction.execute(saving).one())
        if saved.body or saved.other:
            return saved
        self.erase(practice, delivery_id, draft.kind)
        return None

    @override
    def of(self, practice: str, delivery_id: UUID) -> dict[DraftKind, SavedDraft]:
        about = (staff_draft.c.practice == practice) & (staff_draft.c.delivery == delivery_id)
        rows = self._transaction.execute(select(staff_draft).where(about))
        return {DraftKind(row.kind): _saved(row) for row in rows}

    @override
    def erase(self, practice: str, delivery_id: UUID, kind: DraftKind) -> None:
        self._transaction.execute(delete(staff_draft).where(_this(practice, delivery_id, kind)))

    @override
    def discard(self, practice: str, delivery_id: UUID, kind: DraftKind) -> None:
        this, has_another = _this(practice, delivery_id, kind), func.coalesce(staff_draft.c.other_body, "") != ""
        other = {"body": staff_draft.c.other_body, "saved_at": staff_draft.c.other_saved_at, "idempotency_key": None}
        nothing = {"other_body": None, "other_saved_at": None}
        kept = update(staff_draft).where(this, has_another).values(**other, **nothing)
        if not self._transaction.execute(kept).rowcount:
            self.erase(practice, delivery_id, kind)

    @override
    def swap(self, practice: str, delivery_id: UUID, kind: DraftKind) -> None:
        swapped = {
            "body": staff_draft.c.other_body,
            "saved_at": staff_draft.c.other_saved_at,
            "idempotency_key": None,
            "other_body": staff_draft.c.body,
            "other_saved_at": staff_draft.c.saved_at,
        }
        these = _this(practice, delivery_id, kind), staff_draft.c.other_body.is_not(None)
        self._transaction.execute(update(staff_draft).where(*these).values(**swapped))

    @override
    def erase_other(self, practice: str, delivery_id: UUID, kind: DraftKind) -> None:
        this = _this(practice, delivery_id, kind)
        # Beside an empty text it was all there is.
        self._transaction.execute(delete(staff_draft).where(this, staff_draft.c.body == ""))
        self._transaction.execute(update(staff_draft).where(this).values(other_body=None, other_saved_at=None))

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


def _is_unseen(draft: StaffDraft, body: str) -> ColumnElement[bool]:
    """Whether what is stored is another page's, which this page never showed and hasn't gone on with."""
    if draft.idempotency_key is None:
        return false()
    before = staff_draft.c
    is_of_another = before.idempotency_key.is_distinct_from(draft.idempotency_key)
    is_newer = before.saved_at > draft.seen_at if draft.seen_at is not None else true()
    goes_on = func.substr(literal(body), 1, func.length(before.body)) == before.body
    return is_of_another & is_newer & ~goes_on


def _saved(row: Row[Any]) -> SavedDraft:
    other = OtherText(row.other_body, row.other_saved_at) if row.other_body else None
    return SavedDraft(row.body, row.saved_at, other)


def _this(practice: str, delivery_id: UUID, kind: DraftKind) -> ColumnElement[bool]:
    column = staff_draft.c
    return (column.practice == practice) & (column.delivery == delivery_id) & (column.kind == kind.value)
