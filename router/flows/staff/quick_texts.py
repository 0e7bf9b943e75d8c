"""Quick texts: personal ones, and those of the practice, which portal administrators manage."""

from dataclasses import dataclass
from uuid import UUID

from router.audit import Action, AuditEntry
from router.errors import Conflict, Forbidden, NotFound
from router.flows.practice import known_practice
from router.flows.staff.own_delivery import staffing_of, working_staff
from router.messages.inbox import InboxRef
from router.messages.quick_texts import (
    MOST_QUICK_TEXTS,
    FieldValues,
    NewQuickText,
    QuickText,
    check_quick_text,
)
from router.ports.services import Ids
from router.ports.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class OfferedTexts:
    """The texts that somebody may insert into a reply, and the practice's phone number, empty if there is none."""

    texts: tuple[QuickText, ...]
    phone: str

    def values(self, patient_name: str, my_name: str) -> FieldValues:
        """What the fields stand for in a reply about this patient."""
        return FieldValues(patient_name, my_name, self.phone)


@dataclass(frozen=True, slots=True)
class KeepQuickTexts:
    """Offers and changes quick texts."""

    database: Database
    ids: Ids

    def offered(self, inbox: InboxRef) -> OfferedTexts:
        """The practice's texts and this person's own, by title. They contain no patient data.

        Raises NotFound for unknown staff and for those who have left, as all of these do for personal texts.
        """
        with self.database.look() as work:
            working_staff(work, inbox.practice, inbox.staff)
            return read_offered(work, inbox)

    def add(self, inbox: InboxRef, text: NewQuickText, *, of_practice: bool = False) -> UUID:
        """Add a text for this person or, with `of_practice`, for the practice; returns its id.

        Raises Invalid, Forbidden for the practice's texts unless an administrator adds them, and Conflict at the limit.
        """
        check_quick_text(text)
        owner = None if of_practice else inbox.staff
        new = QuickText(self.ids.new(), owner, text)
        with self.database.begin() as work:
            _check_may(work, inbox, owner)
            if work.quick_texts.count(inbox.practice, owner) >= MOST_QUICK_TEXTS:
                raise Conflict(f"There are {MOST_QUICK_TEXTS} quick texts already. Delete one first.")
            work.quick_texts.add(inbox.practice, new)
            work.audit.add([_audited(inbox, new, Action.QUICK_TEXT_SAVED)])
            work.commit()
        return new.id

    def change(self, inbox: InboxRef, quick_text: UUID, text: NewQuickText) -> None:
        """Replace a text. Raises Invalid, Forbidden, and NotFound also for another person's."""
        check_quick_text(text)
        with self.database.begin() as work:
            known = _known(work, inbox, quick_text)
            work.quick_texts.change(inbox.practice, quick_text, text)
            work.audit.add([_audited(inbox, known, Action.QUICK_TEXT_SAVED)])
            work.commit()

    def remove(self, inbox: InboxRef, quick_text: UUID) -> None:
        """Delete a text. Raises Forbidden, and NotFound also for another person's."""
        with self.database.begin() as work:
            known = _known(work, inbox, quick_text)
            work.quick_texts.remove(inbox.practice, quick_text)
            work.audit.add([_audited(inbox, known, Action.QUICK_TEXT_REMOVED)])
            work.commit()


def read_offered(work: UnitOfWork, inbox: InboxRef) -> OfferedTexts:
    """The same within a unit of work, for somebody of whom it is known that they work here."""
    practice = known_practice(work, inbox.practice)
    texts = work.quick_texts.for_person(inbox.practice, inbox.staff, MOST_QUICK_TEXTS)
    return OfferedTexts(tuple(texts), work.messaging.current(practice).phone)


def _known(work: UnitOfWork, inbox: InboxRef, quick_text: UUID) -> QuickText:
    """The text, which this person may change."""
    known = work.quick_texts.get(inbox.practice, quick_text)
    if known is None or known.owner not in {None, inbox.staff}:
        raise NotFound("There is no such quick text.")
    _check_may(work, inbox, known.owner)
    return known


def _check_may(work: UnitOfWork, inbox: InboxRef, owner: str | None) -> None:
    if owner is not None:
        working_staff(work, inbox.practice, inbox.staff)
    elif inbox.staff not in staffing_of(work, inbox.practice).administrators():
        raise Forbidden("Only portal administrators can change the practice's quick texts.")


def _audited(inbox: InboxRef, text: QuickText, action: Action) -> AuditEntry:
    whose = "own" if text.owner is not None else "practice"
    return AuditEntry(inbox.practice, inbox.by, action, str(text.id), {"staff": inbox.staff, "whose": whose})
