"""What colleagues write to each other about a conversation."""

from uuid import UUID

from sqlalchemy import select
from typing_extensions import override

from adapters.database.tables import delivery, staff_note
from adapters.database.transaction import Transaction
from router.messages.notes import NewStaffNote, StaffNote
from router.messages.states import DeliveryState
from router.ports.notes import StaffNotes


class StaffNoteRepository(StaffNotes):
    """See router.ports.notes.StaffNotes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def add(self, practice: str, new: NewStaffNote) -> None:
        row = {
            "practice": practice,
            "id": new.id,
            "conversation": new.conversation,
            "delivery": new.delivery,
            "author": new.author,
            "body": new.text,
            "mentions": list(new.mentions),
            "idempotency_key": new.idempotency_key,
            "fingerprint": new.fingerprint,
            "noted_at": self._transaction.now(),
        }
        self._transaction.insert(staff_note, [row])

    @override
    def of(self, practice: str, conversation_id: UUID) -> list[StaffNote]:
        these = (staff_note.c.practice == practice) & (staff_note.c.conversation == conversation_id)
        ordered = select(staff_note).where(these).order_by(staff_note.c.noted_at, staff_note.c.id)
        return [
            StaffNote(row.id, row.noted_at, row.author, row.body, tuple(row.mentions))
            for row in self._transaction.execute(ordered)
        ]

    @override
    def noted(self, practice: str, idempotency_key: str) -> tuple[UUID, str] | None:
        this = (staff_note.c.practice == practice) & (staff_note.c.idempotency_key == idempotency_key)
        row = self._transaction.execute(select(staff_note.c.id, staff_note.c.fingerprint).where(this)).one_or_none()
        return (row.id, row.fingerprint) if row else None

    @override
    def holders(self, practice: str, message_id: UUID) -> set[str]:
        its = (delivery.c.practice == practice) & (delivery.c.message == message_id)
        held = select(delivery.c.staff).where(its, delivery.c.state != DeliveryState.MOVED.value)
        return set(self._transaction.execute(held).scalars())
