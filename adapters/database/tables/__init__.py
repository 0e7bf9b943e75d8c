"""The tables. Every one leads with the practice, and foreign keys include it: rows of two practices never meet."""

from adapters.database.tables.access import (
    known_device,
    operator,
    password_link,
    portal_link,
    session,
    sign_in_attempt,
    staff_password,
)
from adapters.database.tables.base import metadata
from adapters.database.tables.drafts import staff_draft
from adapters.database.tables.email_choices import email_choice
from adapters.database.tables.installation import api_key, audit, relay, relay_refusal, secret_in_use, worker
from adapters.database.tables.ladders import ladder_change, ladder_run, ladder_step, step_notice
from adapters.database.tables.leavers import leaver_return
from adapters.database.tables.messages import conversation, delivery, message, resolution
from adapters.database.tables.notes import staff_note
from adapters.database.tables.notices import last_told, staff_notice
from adapters.database.tables.notifications import attempt, notification
from adapters.database.tables.practice import (
    absence,
    authorized_user,
    care_team_member,
    distribution,
    patient,
    patient_site,
    practice,
    site,
    staff,
)
from adapters.database.tables.quarantine import quarantine
from adapters.database.tables.queue import waiting
from adapters.database.tables.quick_texts import quick_text
from adapters.database.tables.replies import event, hand_over, read_mark, reply
from adapters.database.tables.roster_import import roster_import, roster_import_finding, roster_import_record
from adapters.database.tables.search import search_mark, search_reply, search_reply_mark, search_text
from adapters.database.tables.snoozes import snooze
from adapters.database.tables.undo import undoable
from adapters.database.tables.urgency import priority_change, red_flag_mark, red_flag_trial, topic_change

__all__ = [
    "absence",
    "api_key",
    "attempt",
    "audit",
    "authorized_user",
    "care_team_member",
    "conversation",
    "delivery",
    "distribution",
    "email_choice",
    "event",
    "hand_over",
    "known_device",
    "ladder_change",
    "ladder_run",
    "ladder_step",
    "last_told",
    "leaver_return",
    "message",
    "metadata",
    "notification",
    "operator",
    "password_link",
    "patient",
    "patient_site",
    "portal_link",
    "practice",
    "priority_change",
    "quarantine",
    "quick_text",
    "read_mark",
    "red_flag_mark",
    "red_flag_trial",
    "relay",
    "relay_refusal",
    "reply",
    "resolution",
    "roster_import",
    "roster_import_finding",
    "roster_import_record",
    "search_mark",
    "search_reply",
    "search_reply_mark",
    "search_text",
    "secret_in_use",
    "session",
    "sign_in_attempt",
    "site",
    "snooze",
    "staff",
    "staff_draft",
    "staff_note",
    "staff_notice",
    "staff_password",
    "step_notice",
    "topic_change",
    "undoable",
    "waiting",
    "worker",
]
