"""Searching one's own inbox."""

from dataclasses import dataclass

from router.audit import Action, AuditEntry
from router.errors import Invalid
from router.messages.inbox import InboxItem, InboxRef
from router.messages.inbox_search import MOST_PATIENTS, DeliveryFilter, InboxSearch, check, is_meant
from router.paging import Position
from router.ports.unit_of_work import Database, UnitOfWork
from router.text.folding import words_of


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of what was found, newest first."""

    items: tuple[InboxItem, ...]
    next: Position | None


@dataclass(frozen=True, slots=True)
class SearchInbox:
    """Finds deliveries of the person who searches, in whatever state they are; nobody else's."""

    database: Database

    def search(self, inbox: InboxRef, wanted: InboxSearch, before: Position | None, limit: int) -> FoundPage:
        """A page of deliveries. Raises Invalid with the fields. The audit names what was asked for, not the words."""
        check(wanted)
        practice, staff = inbox.practice, inbox.staff
        with self.database.begin() as work:
            patients = _meant(work, practice, staff, wanted.patient) if wanted.patient.strip() else None
            found = work.inbox.found(practice, staff, DeliveryFilter(wanted, patients), before, limit + 1)
            shown = found[:limit]
            details = {"asked": wanted.asked, "deliveries": [str(item.delivery) for item in shown]}
            work.audit.add([AuditEntry(practice, inbox.by, Action.INBOX_SEARCHED, staff, details)])
            work.commit()
        following = (shown[-1].received_at, shown[-1].delivery) if len(found) > limit else None
        return FoundPage(tuple(shown), following)


def _meant(work: UnitOfWork, practice: str, staff: str, sought: str) -> list[str]:
    """The patients of this inbox whom the words may mean."""
    words = words_of(sought)
    known = work.inbox.patients(practice, staff, words) if words else []
    meant = [patient.id for patient in known if is_meant(sought, patient.name, patient.record_number)]
    if len(meant) > MOST_PATIENTS:
        raise Invalid.at("patient", f"matches more than {MOST_PATIENTS} patients: type more of the name or number")
    return meant
