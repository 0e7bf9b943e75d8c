"""Whether a message is urgent: because its writer says so, or because of the practice's red flags."""

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.messages.acceptance import AcceptedWith, NewMessage
from router.messages.message import BODY_LIMIT, SUBJECT_LIMIT, AnyDraft, Draft
from router.messages.priority import Cause, Priority, Urgency
from router.messaging.red_flags import Flagged, said
from router.messaging.settings import MessagingSettings


def flagged(draft: AnyDraft, messaging: MessagingSettings) -> Flagged | None:
    """The red flags in what is written; None for none.

    Of what is too long to be sent, only as much is looked at as could be: the reader of a draft has checked nothing.
    """
    subject = draft.subject.strip()[:SUBJECT_LIMIT] if isinstance(draft, Draft) else None
    text = said(subject, draft.body.strip()[:BODY_LIMIT])
    return messaging.red_flags.look(text, messaging.languages)


def assess(draft: AnyDraft, messaging: MessagingSettings) -> tuple[Urgency | None, AcceptedWith | None]:
    """Why a message is urgent (None if it isn't), and what its writer is told.

    If the practice doesn't let patients mark messages as urgent, only red flags make a message urgent.
    """
    found = flagged(draft, messaging)
    says_so = draft.priority is Priority.URGENT and messaging.patients_may_say_urgent
    if found is None and not says_so:
        return None, None
    marks = found.marks if found is not None else ()
    priority = Priority.URGENT if says_so else Priority.ROUTINE
    accepted_with = AcceptedWith(priority, found.advice if found is not None else None, seen=draft.advice_seen)
    if says_so:
        return Urgency(Cause.PATIENT, marks), accepted_with
    return Urgency(Cause.RED_FLAG, marks) if marks else None, accepted_with


def audited(practice: str, message: NewMessage, by: Actor) -> AuditEntry:
    """The audit row of an accepted message, with the group of any advice and whether it had already been read."""
    details: dict[str, str | int | bool | list[str]] = {
        "patient": message.patient,
        "sender": message.sender or message.patient,
    }
    if message.accepted_with is not None and message.accepted_with.advice is not None:
        details |= {"advice": message.accepted_with.advice.group, "advice_seen": message.accepted_with.seen}
    return AuditEntry(practice, by, Action.MESSAGE_WRITTEN, str(message.id), details)
