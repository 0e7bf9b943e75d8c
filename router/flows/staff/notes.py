"""Notes for colleagues, which don't hand the conversation to anybody."""

from dataclasses import dataclass, field

from router.audit import Action
from router.errors import FieldError, Invalid
from router.flows.hand_over import new_delivery
from router.flows.practice import held_practice
from router.flows.staff.own_delivery import (
    audited,
    check_here,
    digest_of,
    hold_delivery,
    own_delivery,
    repeated,
    staffing_of,
)
from router.messages.cascade import HandOver, Recipient
from router.messages.drafts import DraftKind
from router.messages.hand_overs import HandedOver
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.notes import NewStaffNote, StaffNote, problems_with_note
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.availability import Staffing


@dataclass(frozen=True, slots=True)
class NoteRequest:
    """A note, and the ids of the colleagues whom it mentions and who get the message with it.

    A repeat with the same `idempotency_key` writes no second note.
    """

    text: str = field(repr=False)
    mentions: tuple[str, ...] = ()
    idempotency_key: str | None = None

    def fingerprint(self, ref: DeliveryRef) -> str:
        """The digest by which a repeat is told from another note."""
        return digest_of(str(ref.delivery), ref.staff, self.text, *self.mentions)


@dataclass(frozen=True, slots=True)
class WriteNotes:
    """Adds notes to the conversation of a person's own delivery, for staff who see the conversation."""

    database: Database
    hints: Hints
    ids: Ids

    def holders(self, ref: DeliveryRef) -> set[str]:
        """The staff who already have the message, so that a mention gives them nothing new. Raises NotFound."""
        with self.database.begin() as work:
            return work.notes.holders(ref.practice, own_delivery(work, ref).message)

    def note(self, ref: DeliveryRef, request: NoteRequest) -> StaffNote:
        """Write a note. The colleagues whom it mentions get this message and the note, but no earlier entries.

        Raises NotFound, Invalid, KeyReused, and Conflict for a delivery that has gone to somebody else.
        """
        practice, key = ref.practice, request.idempotency_key
        with self.database.begin() as work:
            held_practice(work, practice)
            item = hold_delivery(work, ref)
            before = repeated(work.notes.noted(practice, key) if key else None, request.fingerprint(ref))
            if before is not None:
                return next(one for one in work.notes.of(practice, item.conversation) if one.id == before)
            check_here(item)
            staffing = staffing_of(work, practice)
            _check(item, request, staffing)
            new = NewStaffNote(
                self.ids.new(), item.conversation, item.delivery, item.staff, request.text.strip(), request.mentions,
                request.fingerprint(ref), key,
            )  # fmt: skip
            work.notes.add(practice, new)
            for mentioned in request.mentions:
                self._give(work, item, practice, mentioned, staffing)
            work.drafts.discard(practice, item.delivery, DraftKind.COLLEAGUES)
            work.audit.add([audited(ref, Action.NOTED, note=str(new.id), to=", ".join(request.mentions))])
            written = StaffNote(new.id, work.now(), new.author, new.text, new.mentions)
            work.commit()
        self.hints.notify()
        return written

    def _give(self, work: UnitOfWork, item: InboxItem, practice: str, mentioned: str, staffing: Staffing) -> None:
        """Put the message into the inboxes of the mentioned colleagues, as unread even if they already had it."""
        recipient = Recipient(mentioned, HandOver.FORWARD, item.staff)
        new = new_delivery(self.ids, recipient, staffing.members[mentioned].email)
        handed = HandedOver(self.ids.new(), item.message, item.staff, mentioned, HandOver.FORWARD, mention=True)
        work.replies.give(practice, item.message, new, handed, reopen=True)


def _check(item: InboxItem, request: NoteRequest, staffing: Staffing) -> None:
    errors = problems_with_note(request.text, request.mentions)
    seen: set[str] = set()
    for index, mentioned in enumerate(request.mentions):
        if mentioned == item.staff:
            errors.append(FieldError(f"mentions.{index}", "must be somebody else"))
        elif not staffing.is_active(mentioned):
            errors.append(FieldError(f"mentions.{index}", "is not an active member of the practice's staff"))
        elif mentioned in seen:
            errors.append(FieldError(f"mentions.{index}", "is named twice"))
        seen.add(mentioned)
    if errors:
        raise Invalid("The note can't be saved like this.", errors)
