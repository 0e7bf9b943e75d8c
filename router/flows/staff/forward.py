"""Handing a message, or a whole conversation, on to a colleague."""

from dataclasses import dataclass
from uuid import UUID

from router.actors import Actor
from router.audit import Action
from router.errors import FieldError, Invalid
from router.flows.hand_over import new_delivery
from router.flows.staff.own_delivery import (
    audited,
    check_here,
    digest_of,
    held_owner,
    own_delivery,
    repeated,
    staffing_of,
)
from router.messages.cascade import HandOver, Recipient
from router.messages.hand_overs import HandedOver
from router.messages.inbox import InboxItem
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.text import problem_with

NOTE_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Forwarding:
    """To whom, why, and whether the whole conversation goes with it."""

    to: str
    note: str
    whole_conversation: bool


@dataclass(frozen=True, slots=True)
class ForwardMessages:
    """Forwarding."""

    database: Database
    hints: Hints
    ids: Ids

    def forward(  # noqa: PLR0913, PLR0917 - these are the fields of a forward.
        self, practice: str, delivery: UUID, staff: str, forwarding: Forwarding, key: str | None, by: Actor
    ) -> None:
        """Put a message, or the whole conversation, into a colleague's inbox, with a note for staff.

        Whoever gets the whole conversation owns it. Raises NotFound, Invalid, KeyReused and Conflict.
        """
        digest = digest_of(str(delivery), staff, forwarding.to, forwarding.note, str(forwarding.whole_conversation))
        with self.database.begin() as work:
            item = own_delivery(work, practice, delivery, staff)
            held_owner(work, practice, item)
            known = work.replies.handed_over(practice, key) if key else None
            if known is not None:
                repeated((item.message, known), digest)
                return
            check_here(item)
            self._give(work, practice, item, forwarding, (digest, key))
            work.audit.add([audited(practice, by, Action.FORWARDED, item, to=forwarding.to)])
            work.commit()
        self.hints.notify()

    def _give(
        self, work: UnitOfWork, practice: str, item: InboxItem, forwarding: Forwarding, told: tuple[str, str | None]
    ) -> None:
        _check_forwarding(work, practice, item, forwarding)
        digest, key = told
        messages = [item.message]
        if forwarding.whole_conversation:
            messages = work.replies.messages_of(practice, item.conversation)
            work.replies.own(practice, item.conversation, forwarding.to)
        email = staffing_of(work, practice).members[forwarding.to].email
        recipient = Recipient(forwarding.to, HandOver.FORWARD, item.staff)
        for message in messages:
            this = message == item.message
            handed = HandedOver(
                self.ids.new(), message, item.staff, forwarding.to, HandOver.FORWARD,
                note=forwarding.note.strip() or None if this else None,
                whole_conversation=forwarding.whole_conversation,
                idempotency_key=key if this else None,
                fingerprint=digest,
            )  # fmt: skip
            work.replies.give(practice, message, new_delivery(self.ids, recipient, email), handed, reopen=True)


def _check_forwarding(work: UnitOfWork, practice: str, item: InboxItem, forwarding: Forwarding) -> None:
    errors = []
    if forwarding.to == item.staff:
        errors.append(FieldError("to", "must be somebody else"))
    elif not staffing_of(work, practice).is_active(forwarding.to):
        errors.append(FieldError("to", "is not an active member of the practice's staff"))
    wrong = problem_with(forwarding.note, NOTE_LIMIT, lines=True) if forwarding.note.strip() else None
    if wrong:
        errors.append(FieldError("note", wrong))
    if errors:
        raise Invalid("The message can't be forwarded like this.", errors)
