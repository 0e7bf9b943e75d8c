"""Forwarding a message, or a whole conversation, to a colleague."""

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
    repeated,
    staffing_of,
)
from router.flows.staff.undo import remember
from router.messages.cascade import HandOver, Recipient
from router.messages.drafts import DraftKind
from router.messages.hand_overs import HandedOver
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.undo import UndoableAct
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.text import problem_with

NOTE_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class ForwardRequest:
    """To whom, why, and whether the whole conversation goes with it.

    A repeat with the same `idempotency_key` forwards nothing twice.
    """

    to: str
    note: str = field(repr=False)
    whole_conversation: bool
    idempotency_key: str | None = None

    def fingerprint(self, ref: DeliveryRef) -> str:
        """The digest that distinguishes a repeat from another request."""
        return digest_of(str(ref.delivery), ref.staff, self.to, self.note, str(self.whole_conversation))


@dataclass(frozen=True, slots=True)
class ForwardMessages:
    """Forwarding."""

    database: Database
    hints: Hints
    ids: Ids

    def forward(self, ref: DeliveryRef, request: ForwardRequest) -> None:
        """Put a message, or the whole conversation, into a colleague's inbox, with a note for staff.

        A colleague who gets the whole conversation owns it. Raises NotFound, Invalid, KeyReused and Conflict.
        """
        practice, key = ref.practice, request.idempotency_key
        with self.database.begin() as work:
            held_practice(work, practice)
            item = hold_delivery(work, ref)
            known = work.replies.handed_over(practice, key) if key else None
            if known is not None:
                repeated((item.message, known), request.fingerprint(ref))
                return
            check_here(item)
            _check_request(work, practice, item, request)
            before = work.undo.stand(practice, item.conversation)
            self._give(work, ref, item, request)
            remember(work, ref, item, UndoableAct.FORWARD, before)
            work.drafts.discard(practice, item.delivery, DraftKind.NOTE)
            work.audit.add([audited(ref, Action.FORWARDED, to=request.to)])
            work.commit()
        self.hints.notify()

    def _give(self, work: UnitOfWork, ref: DeliveryRef, item: InboxItem, request: ForwardRequest) -> None:
        practice, messages = ref.practice, [item.message]
        if request.whole_conversation:
            messages = work.replies.messages_of(practice, item.conversation)
            work.replies.own(practice, item.conversation, request.to)
            givers = {item.staff, item.owner or item.staff}
            work.replies.pass_on(practice, messages, givers, request.to)
        email = staffing_of(work, practice).members[request.to].email
        recipient = Recipient(request.to, HandOver.FORWARD, item.staff)
        for message in messages:
            # The note and the key belong to the message that was open.
            is_open = message == item.message
            handed = HandedOver(
                self.ids.new(), message, item.staff, request.to, HandOver.FORWARD,
                note=request.note.strip() or None if is_open else None,
                whole_conversation=request.whole_conversation,
                idempotency_key=request.idempotency_key if is_open else None,
                fingerprint=request.fingerprint(ref),
            )  # fmt: skip
            work.replies.give(practice, message, new_delivery(self.ids, recipient, email), handed, reopen=True)


def _check_request(work: UnitOfWork, practice: str, item: InboxItem, request: ForwardRequest) -> None:
    errors = []
    if request.to == item.staff:
        errors.append(FieldError("to", "must be somebody else"))
    elif not staffing_of(work, practice).is_active(request.to):
        errors.append(FieldError("to", "is not an active member of the practice's staff"))
    wrong = problem_with(request.note, NOTE_LIMIT, lines=True) if request.note.strip() else None
    if wrong:
        errors.append(FieldError("note", wrong))
    if errors:
        raise Invalid("The forward is not valid.", errors)
