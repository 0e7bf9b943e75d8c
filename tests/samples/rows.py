"""A practice as rows, table by table in the order in which they can be inserted, as earlier versions wrote them.

The values are literal on purpose: what is stored must be read by every later version, so that no code of today makes
it. A column that a revision doesn't have yet is left out by whoever inserts.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

Row = dict[str, Any]

LONG_AGO = datetime(2026, 1, 5, 9, 30, 15, 123456, tzinfo=UTC)
SOON = LONG_AGO + timedelta(minutes=5)
LATER = datetime(2199, 1, 1, tzinfo=UTC)
TOPICS = ("medical", "appointment", "medication", "billing", "other")


def identifier(practice: str, name: str) -> UUID:
    """The id of something of this practice, the same at every call."""
    return uuid5(NAMESPACE_URL, f"{practice}/{name}")


def rows_of(practice: str) -> list[tuple[str, Row]]:
    """Rows of every table. Patient sam wrote twice about bills: ann got one, forwarded it and answered; one waits."""
    rows = [
        *_people(practice),
        *_roster_import(practice),
        *_installation(practice),
        *_messages(practice),
        *_answers(practice),
        *_mail(practice),
    ]
    rows += _ladders(practice)
    rows += _urgency(practice)
    # The installation's own tables belong to no practice.
    shared = {"practice", "relay", "worker", "operator", "sign_in_attempt", "known_device"}
    return [(table, row if table in shared else {"practice": practice} | row) for table, row in rows]


def _people(practice: str) -> list[tuple[str, Row]]:
    topics = {
        topic: {"enabled": True, "recipients": ["ann"] if topic == "billing" else [], "display_name": "The Desk"}
        for topic in TOPICS
    }
    settings = {
        "messaging_enabled": True,
        "by_site": False,
        "care_team_fallback": True,
        "disclaimer": "Not watched round the clock. In an emergency call the emergency number.",
        "catch_all": ["ada"],
        "practice": topics,
        "sites": {},
    }
    version = {"document": settings, "changes": ["Messaging was turned on."], "actor_kind": "staff", "actor": "ada"}
    person = {"email": None, "title": "RN", "roles": ["staff"], "active": True}
    patient = {"id": "sam", "name": "Sam Doe", "birth_date": LONG_AGO.date(), "record_number": "7", "notify": True}
    replaced = {"id": "sam-before", "replaced_by": "sam", "email": None, "home_site": None, "active": True}
    user = {"patient": "sam", "id": "mum", "name": "Mum Doe", "notify": True, "permissions": ["messages:read"]}
    user |= {"until": LATER}
    return [
        (
            "practice",
            {"id": practice, "name": "Clinic", "time_zone": "UTC", "roster_version": 1, "distribution_version": 1}
            | {"created_at": LONG_AGO},
        ),
        ("distribution", {"version": 1, **version, "saved_at": LONG_AGO}),
        ("site", {"id": "north", "name": "North Clinic", "hidden": False}),
        ("staff", {"id": "ada", "name": "Ada", **person, "roles": ["staff", "portal_admin"]}),
        ("staff", {"id": "ann", "name": "Ann", **person, "email": "ann@clinic.example"}),
        ("absence", {"staff": "ada", "begins": LONG_AGO, "ends": SOON, "cover": "ann"}),
        ("patient", patient | {"email": "sam@mail.example", "home_site": "north", "active": True}),
        ("patient", patient | replaced),
        ("authorized_user", user | {"email": "mum@mail.example", "position": 0, "removed": False}),
        ("email_choice", {"patient": "sam", "reader": "", "wanted": False, "chosen_at": LONG_AGO}),
        ("care_team_member", {"patient": "sam", "staff": "ann", "role": "Nurse", "position": 0}),
        ("patient_site", {"patient": "sam", "site": "north", "position": 0}),
        ("email_choice", {"patient": "sam", "reader": "mum", "wanted": False, "chosen_at": LONG_AGO}),
    ]


def _roster_import(practice: str) -> list[tuple[str, Row]]:
    of = {"roster_import": identifier(practice, "import"), "part": 1}
    state = {"state": "open", "by_hand": False, "touched_at": SOON, "document": {}}
    found = {
        "number": 1,
        "urgency": 1,
        "level": "attention",
        "type": "Patient",
        "source": "sam",
        "reason": "has no name",
    }
    return [
        ("roster_import", {"id": of["roster_import"], **state}),
        (
            "roster_import_record",
            of | {"kind": "patients", "id": "sam", "named": True, "held_back": False, "document": {}},
        ),
        ("roster_import_finding", of | found | {"field": "name", "file": "Patient.ndjson"}),
    ]


def _installation(practice: str) -> list[tuple[str, Row]]:
    seen = {"actor_kind": "staff", "actor": "ada", "action": "messaging.saved", "subject": "1", "details": {"a": [1]}}
    key = {"id": f"key-{practice}", "digest": "0" * 64, "scopes": ["portal"], "created_at": LONG_AGO}
    quarantined = {"id": identifier(practice, "quarantined"), "digest": f"quarantined-{practice}", "reason": "invalid"}
    quarantined |= {"wrong": ["subject"], "fields": ["body"], "size": 2}
    link = {"digest": f"link-{practice}", "patient": "sam", "authorized_user": "mum", "expires_at": SOON}
    session = {"digest": f"session-{practice}", "staff": "ada", "started_at": LONG_AGO, "seen_at": SOON}
    return [
        ("audit", {"id": identifier(practice, "audit"), "at": LONG_AGO, **seen}),
        ("worker", {"id": f"worker-{practice}", "queues": "route,notify", "seen_at": LONG_AGO}),
        ("relay_refusal", {"address": "0" * 64, "domain": "a.example", "answer": "554 no", "refused_at": LONG_AGO}),
        ("api_key", key | {"revoked_at": None}),
        ("operator", {"name": f"olga-{practice}", "password": "hash", "created_at": LONG_AGO}),
        ("staff_password", {"staff": "ada", "password": "hash", "set_at": LONG_AGO}),
        ("known_device", {"digest": f"device-{practice}", "person": "digest", "seen_at": LONG_AGO}),
        ("sign_in_attempt", {"digest": f"try-{practice}", "failures": 1, "last_at": LONG_AGO, "next_at": SOON}),
        ("session", session),
        ("portal_link", link),
        ("quarantine", quarantined | {"body": b"{}", "received_at": LONG_AGO, "done_at": None, "message": None}),
    ]


def _messages(practice: str) -> list[tuple[str, Row]]:
    thread = {"id": identifier(practice, "thread"), "patient": "sam", "topic": "billing", "site": "north"}
    shown = {"display_name": "The Desk", "subject": "A bill", "private": False, "owner": "ann", "started_at": LONG_AGO}
    answered, waiting = identifier(practice, "answered"), identifier(practice, "waiting")
    written = {"conversation": thread["id"], "patient": "sam", "fingerprint": "1" * 64, "failures": 0}
    times = {"due_at": LONG_AGO, "accepted_at": LONG_AGO}
    done = {"delivered_at": SOON, "opened_at": SOON, "answered_at": SOON}
    ann = {
        "conversation": thread["id"],
        "site": "north",
        "written_at": LONG_AGO,
        "staff": "ann",
        "step": "recipients",
        "state": "done",
        "received_at": SOON,
    }
    ada = {"staff": "ada", "step": "forward", "state": "unread", "received_at": SOON}
    ada |= {
        "conversation": thread["id"],
        "site": "north",
        "written_at": LONG_AGO,
        "finishes": None,
        "because": "step",
        "first_received_at": LONG_AGO,
        "counted_from": SOON,
    }
    found = {"distribution_version": 1, "recipients": [{"staff": "ann", "step": "recipients", "represents": None}]}
    step = {"step": "recipients", "outcome": "matched", "considered": [["ann", "available", "ann", []]]}
    return [
        ("conversation", thread | shown),
        (
            "message",
            {"id": answered, "body": "Which bill?", "idempotency_key": "k1", "state": "answered"}
            | written
            | times
            | done,
        ),
        (
            "message",
            {"id": waiting, "body": "And that one?", "idempotency_key": "k2", "state": "accepted"} | written | times,
        ),
        ("delivery", {"id": identifier(practice, "ann"), "message": answered, **ann}),
        ("delivery", {"id": identifier(practice, "ada"), "message": answered, **ada, "handled_by": "ann"}),
        ("waiting", {"kind": "escalate", "second": 0, "due_at": SOON, "id": identifier(practice, "step")}),
        ("resolution", {"message": answered, "number": 1, "resolved_at": SOON, **found, "trace": [step]}),
    ]


def _ladders(practice: str) -> list[tuple[str, Row]]:
    answered, told = identifier(practice, "answered"), identifier(practice, "reminded")
    run = {"message": answered, "number": 1, "began_at": LONG_AGO, "clock": LONG_AGO, "failures": 0, "ended_at": SOON}
    run |= {"steps": [{"after": 60, "while": "unanswered", "do": "alert"}], "ended_by": "answered", "due_at": None}
    step = {"message": answered, "run": 1, "step": 0}
    did = {"at": SOON, "planned": "alert", "did": "alert", "because": None, "told": ["ada"], "takers": []}
    sent = {"state": "sent", "due_at": SOON, "deferrals": 0, "attempts": 1}
    daily = identifier(practice, "daily")
    return [
        ("ladder_run", run),
        ("ladder_step", step | did),
        ("notification", {"id": told, "kind": "staff_alert"} | sent),
        ("step_notice", step | {"notification": told, "staff": "ada", "cause": "alert"}),
        ("notification", {"id": daily, "kind": "staff_overdue"} | sent),
        ("staff_notice", {"notification": daily, "staff": "ada", "cause": "overdue", "message": None, "at": SOON}),
        ("last_told", {"staff": "ada", "kind": "staff_overdue", "notification": daily, "at": SOON}),
        ("ladder_change", {"kind": "hours", "after_at": None, "after_id": None}),
        ("leaver_return", {"after": identifier(practice, "ann")}),
    ]


def _urgency(practice: str) -> list[tuple[str, Row]]:
    answered, thread = identifier(practice, "answered"), identifier(practice, "thread")
    raised = {"message": answered, "number": 1, "at": SOON, "priority": "urgent", "cause": "red_flag"}
    moved = {"conversation": thread, "number": 1, "at": SOON, "patient": "sam", "message": answered, "staff": "ann"}
    topics = {"topic_before": "medical", "topic_after": "billing", "to": "The Desk", "note": "A bill."}
    return [
        ("priority_change", raised | {"staff": None, "red_flag_group": "emergency", "reason": None}),
        (
            "red_flag_mark",
            {"message": answered, "red_flag_group": "emergency", "phrase": "chest pain", "at": SOON, "lowered": False},
        ),
        ("red_flag_trial", {"day": "2026-05-03", "count": 1}),
        ("topic_change", moved | topics),
    ]


def _answers(practice: str) -> list[tuple[str, Row]]:
    thread, answered = identifier(practice, "thread"), identifier(practice, "answered")
    event = {"number": 1, "at": SOON, "kind": "message.delivered", "patient": "sam", "message": answered}
    handed = {"giver": "ann", "taker": "ada", "kind": "forward", "note": "Please look.", "whole_conversation": False}
    answer = {"author": "ann", "shown_as": "The Desk", "body": "The red one.", "fingerprint": "2" * 64}
    noted = {"author": "ann", "body": "Ask Ada.", "mentions": ["ada"], "fingerprint": "3" * 64, "noted_at": SOON}
    undoable = {"owners": ["ann", "ann"], "deliveries": {}}
    return [
        ("event", {"id": identifier(practice, "event"), "conversation": thread, **event}),
        ("search_mark", {"message": identifier(practice, "answered")}),
        ("search_text", {"message": identifier(practice, "answered"), "words": "bill which"}),
        ("snooze", {"delivery": identifier(practice, "ann"), "staff": "ann", "until": SOON}),
        (
            "staff_note",
            {"id": identifier(practice, "note"), "conversation": thread, "delivery": identifier(practice, "ann")}
            | noted,
        ),
        (
            "quick_text",
            {
                "id": identifier(practice, "quick"),
                "owner": "ann",
                "title": "Call",
                "body": "Call us.",
                "saved_at": SOON,
            },
        ),
        (
            "staff_draft",
            {"delivery": identifier(practice, "ada"), "kind": "note", "body": "Once", "saved_at": SOON}
            | {"idempotency_key": "a-page", "other_body": "Before", "other_saved_at": SOON},
        ),
        ("undoable", {"delivery": identifier(practice, "ann"), "act": "done", "at": SOON, "changed": undoable}),
        ("read_mark", {"conversation": thread, "reader": "mum", "read_at": SOON}),
        ("hand_over", {"id": identifier(practice, "handed"), "message": answered, **handed, "handed_at": SOON}),
        (
            "reply",
            {"id": identifier(practice, "reply"), "conversation": thread, "delivery": identifier(practice, "ann")}
            | answer
            | {"replied_at": SOON},
        ),
        ("search_reply", {"conversation": thread, "reply": identifier(practice, "reply"), "words": "one red the"}),
        ("search_reply_mark", {"reply": identifier(practice, "reply")}),
    ]


def _mail(practice: str) -> list[tuple[str, Row]]:
    told, parked = identifier(practice, "told"), identifier(practice, "not-told")
    staff = {"kind": "staff_delivery", "due_at": SOON, "deferrals": 0}
    tried = {"number": 1, "at": SOON, "outcome": "sent", "code": 250, "answer": "OK"}
    refused = {"state": "parked", "reason": "rejected", "attempts": 0}
    invited, waited = identifier(practice, "invited"), {"due_at": SOON, "deferrals": 0}
    works = {"made_at": LONG_AGO, "expires_at": SOON, "ended_at": None}
    return [
        ("notification", {"id": told, "delivery": identifier(practice, "ann"), "state": "sent", "attempts": 1} | staff),
        ("notification", {"id": parked, "delivery": identifier(practice, "ada")} | staff | refused),
        ("attempt", {"notification": told} | tried),
        ("notification", {"id": invited, "kind": "staff_invitation", "state": "sent", "attempts": 1} | waited),
        ("password_link", {"notification": invited, "staff": "ann", "digest": f"password-{practice}"} | works),
    ]
