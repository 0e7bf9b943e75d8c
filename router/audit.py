"""What is put on record: who looked at or changed what. Rows hold ids, never texts or names of patients."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from router.actors import Actor

# The practice of audit rows that belong to none, such as those of operators.
INSTALLATION = ""


class Action(StrEnum):
    """The acts that leave an audit row."""

    PRACTICE_CREATED = "practice.created"
    PRACTICE_CHANGED = "practice.changed"
    PRACTICE_DELETED = "practice.deleted"
    ROSTER_CHANGED = "roster.changed"
    CHART_REPLACED = "chart.replaced"
    CHART_REINSTATED = "chart.reinstated"
    STAFF_ADDED = "staff.added"
    STAFF_CHANGED = "staff.changed"
    WRITING_STOPPED = "patient.writing_stopped"
    WRITING_ALLOWED = "patient.writing_allowed"
    EMAILS_CHOSEN = "patient.emails_chosen"
    PATIENTS_SEARCHED = "patients.searched"
    ABSENCE_SET = "absence.set"
    ABSENCE_REMOVED = "absence.removed"
    SETTINGS_READ = "settings.read"
    SETTINGS_SAVED = "settings.saved"
    GAPS_READ = "gaps.read"
    REPLAYED = "replay.made"
    LADDERS_BEGUN = "ladders.begun"
    RED_FLAGS_TRIED = "red_flags.tried"
    PREVIEWED = "preview.made"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    KEY_REFUSED = "key.refused"
    OPERATOR_CREATED = "operator.created"
    OPERATOR_REMOVED = "operator.removed"
    PASSWORD_SET = "password.set"  # noqa: S105 - the name of an act.
    PASSWORD_LINK_SENT = "password_link.sent"  # noqa: S105 - likewise.
    PASSWORD_LINK_USED = "password_link.used"  # noqa: S105 - likewise.
    SIGNED_IN = "sign_in.done"
    SIGN_IN_REFUSED = "sign_in.refused"
    SIGNED_OUT = "sign_in.ended"
    SIGNED_OUT_EVERYWHERE = "sign_in.ended_everywhere"
    LINK_MADE = "portal_link.made"
    LINK_USED = "portal_link.used"
    FORM_READ = "form.read"
    MESSAGE_WRITTEN = "message.written"
    INBOX_READ = "inbox.read"
    INBOX_SEARCHED = "inbox.searched"
    DELIVERY_READ = "delivery.read"
    DRAFT_READ = "draft.read"
    DELIVERY_MARKED = "delivery.marked"
    CONVERSATION_READ = "conversation.read"
    CONVERSATIONS_LISTED = "conversations.listed"
    CONVERSATIONS_SEARCHED = "conversations.searched"
    HISTORY_READ = "history.read"
    CONVERSATION_CLAIMED = "conversation.claimed"
    CONVERSATION_RELEASED = "conversation.released"
    REPLIED = "conversation.replied"
    NOTED = "conversation.noted"
    FORWARDED = "message.forwarded"
    HANDED_OVER = "message.handed_over"
    PRIORITY_CHANGED = "message.priority_changed"
    TOPIC_CORRECTED = "conversation.topic_corrected"
    UNDONE = "delivery.undone"
    SNOOZED = "delivery.snoozed"
    QUICK_TEXT_SAVED = "quick_text.saved"
    QUICK_TEXT_REMOVED = "quick_text.removed"
    TRACE_READ = "trace.read"
    OVERDUE_READ = "overdue.read"
    PARKED_READ = "parked.read"
    PARKED_REQUEUED = "parked.requeued"
    QUARANTINE_REQUEUED = "quarantine.requeued"
    QUARANTINE_REFUSED = "quarantine.refused_again"
    QUARANTINE_PURGED = "quarantine.purged"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act: who, what, on which thing (by id), with ids that say more."""

    practice: str
    actor: Actor
    action: Action
    subject: str
    details: Mapping[str, str | int | bool | list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit row as it is listed."""

    id: UUID
    practice: str
    at: datetime
    actor: Actor
    action: str
    subject: str
    details: Mapping[str, str | int | bool | list[str]]
