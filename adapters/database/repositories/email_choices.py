"""What the patient's side chose about emails."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import delete, select
from typing_extensions import override

from adapters.database.repositories.leased_notifications import readers
from adapters.database.tables import conversation, notification, practice
from adapters.database.tables import email_choice as table
from adapters.database.transaction import Transaction
from router.messages.email_choice import THEMSELVES, ToldReader
from router.ports.email_choices import EmailChoices


class EmailChoiceRepository(EmailChoices):
    """See router.ports.email_choices.EmailChoices."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def of(self, practice: str, patient: str) -> Mapping[str, bool]:
        wanted = select(table.c.reader, table.c.wanted).where(table.c.practice == practice, table.c.patient == patient)
        return {row.reader: row.wanted for row in self._transaction.execute(wanted)}

    @override
    def choose(self, practice: str, patient: str, readers: Iterable[str], *, wanted: bool) -> None:
        chosen = {"practice": practice, "patient": patient, "wanted": wanted, "chosen_at": self._transaction.now()}
        self._transaction.upsert(table, [chosen | {"reader": reader} for reader in readers])

    @override
    def forget(self, practice: str, patient: str, reader: str) -> None:
        theirs = (table.c.practice == practice) & (table.c.patient == patient) & (table.c.reader == reader)
        self._transaction.execute(delete(table).where(theirs))

    @override
    def told(self, notification_id: UUID) -> ToldReader | None:
        # The key of a notification leads with its practice, which its token doesn't name: each one is tried.
        theirs = notification.c.practice.in_(select(practice.c.id)), notification.c.id == notification_id
        wanted = readers().add_columns(conversation.c.patient).where(*theirs)
        row = self._transaction.execute(wanted).one_or_none()
        if row is None or not row.email:
            return None
        actor = None if row.reader == THEMSELVES else row.reader
        return ToldReader(row.practice, row.patient, actor, row.email)
