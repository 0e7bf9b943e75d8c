"""What somebody on the patient's side has sent: its confirmation, and whether a form was sent before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from router.access.sessions import PatientSession
from router.errors import NotFound
from router.flows.patient.attendance import attendance
from router.messages.acceptance import Receipt
from router.messages.conversation import Conversation, Entry, is_own
from router.messages.message import AnyDraft, ReplyDraft
from router.messages.priority import Priority
from router.ports.services import TimeZones
from router.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that was just sent, and what the page shows around it; see OpenedThread."""

    receipt: Receipt
    disclaimer: str
    phone: str
    time_zone: str
    at: datetime
    open: bool | None
    opens_at: datetime | None
    somebody_on_call: bool


@dataclass(frozen=True, slots=True)
class SentBefore:
    """The message that a form has sent already, and its conversation.

    `is_same`: the form has the same texts and readers now. Topic, site and To: may differ.
    """

    receipt: Receipt
    thread: Conversation
    is_same: bool


def sent_message(work: UnitOfWork, zones: TimeZones, person: PatientSession, message: UUID) -> SentMessage:
    """A message that this person sent, even if they have no permission to read. Raises NotFound."""
    practice = person.practice.id
    receipt = work.messages.receipt(practice, message)
    own = _own(work, person, receipt) if receipt is not None else None
    if receipt is None or own is None:
        raise NotFound("There is no such message.")
    thread, _ = own
    tenant = work.practices.get(practice) or person.practice
    messaging = work.messaging.current(tenant)
    now = attendance(work, zones, tenant, thread)
    zone = messaging.hours.time_zone(thread.site) or tenant.time_zone
    said = (messaging.disclaimer, messaging.phone, zone, work.now())
    return SentMessage(receipt, *said, now.open, now.opens_at, now.somebody_on_call)


def sent_with_key(work: UnitOfWork, person: PatientSession, draft: AnyDraft) -> SentBefore | None:
    """What this person has sent already with the idempotency key of the draft; None for nothing."""
    practice = person.practice.id
    known = work.messages.known(practice, [draft.idempotency_key]).get(draft.idempotency_key)
    own = _own(work, person, known.receipt) if known is not None else None
    if known is None or own is None:
        return None
    receipt, (thread, entry) = known.receipt, own
    messaging = work.messaging.current(work.practices.get(practice) or person.practice)
    raises = draft.priority is Priority.URGENT and receipt.accepted_with.priority is not Priority.URGENT
    is_raised = raises and messaging.patients_may_say_urgent
    return SentBefore(receipt, thread, is_same=not is_raised and _says_the_same(draft, thread, entry.body))


def _says_the_same(draft: AnyDraft, thread: Conversation, body: str) -> bool:
    """Whether the texts, and who can read them, are the same as those of a message with this `body`."""
    if draft.body.strip() != body:
        return False
    if isinstance(draft, ReplyDraft):
        return draft.conversation == thread.id
    return (draft.subject.strip(), draft.private) == (thread.subject, thread.private)


def _own(work: UnitOfWork, person: PatientSession, receipt: Receipt) -> tuple[Conversation, Entry] | None:
    """The message and its conversation; None where somebody else wrote it."""
    practice, conversation = person.practice.id, receipt.conversation
    thread = work.conversations.get(practice, [conversation])[conversation]
    entry = work.conversations.entry(practice, conversation, receipt.id)
    is_theirs = thread.patient == person.patient.id and is_own(entry, person.patient.id, person.user)
    return (thread, entry) if is_theirs else None
