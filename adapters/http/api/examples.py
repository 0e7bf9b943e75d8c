"""Bodies that work on the sample practice of `careroute demo`; its ids are those of config/demo/sample."""

from typing import Any

from adapters.http.ids import A_MADE_ID

Examples = dict[str, tuple[str, object]]


def an_example(summary: str, value: object) -> Examples:
    """The only example of a body."""
    return {"example": (summary, value)}


FIRST_MESSAGE: dict[str, Any] = {
    "patient": "p-1007",
    "topic": "medication",
    "subject": "Refill",
    "body": "I have pills for three more days. Can you renew the prescription?",
}
FURTHER_MESSAGE: dict[str, Any] = {
    "patient": "p-1007",
    "conversation": A_MADE_ID,
    "body": "Thank you. I'll pick it up tomorrow.",
}
MESSAGES: Examples = {
    "message": ("A first message", FIRST_MESSAGE),
    "reply": ("A further message in a conversation", FURTHER_MESSAGE),
}
BATCH = an_example("Two messages", {
    "items": [
        {**FIRST_MESSAGE, "idempotency_key": "night-0001"},
        {
            "patient": "p-1022",
            "topic": "appointment",
            "subject": "Physical",
            "body": "I need a physical before the new year. Mornings are best.",
            "idempotency_key": "night-0002",
        },
    ]
})  # fmt: skip
ACTORS: Examples = {
    "patient": ("The patient", {}),
    "authorized_user": ("An authorized user", {"actor": "au-2005"}),
}
EMAIL_CHOICES: Examples = {
    "off": ("No emails to the patient", {"wanted": False}),
    "on": ("Emails to an authorized user", {"actor": "au-2005", "wanted": True}),
}
STAFF = an_example("A member of staff", {"staff": "nisha-patel"})
UNDO = an_example("A claim", {"staff": "nisha-patel", "act": "claim"})
REPLY = an_example("A reply", {"staff": "nisha-patel", "body": "It is renewed. You can pick it up after 3 p.m."})
NOTE = an_example(
    "For a colleague",
    {"staff": "nisha-patel", "text": "Was this changed at the visit?", "mentions": ["grace-kim"]},
)
SNOOZE = an_example("Until a moment", {"staff": "nisha-patel", "at": "2031-07-08T08:00:00-05:00"})
INBOX_SEARCHES: Examples = {
    "words": ("Words of a message", {"text": "refill inhaler", "topic": "medication"}),
    "patient": ("A patient", {"patient": "marsh", "born": "1984-02-29"}),
}
BULK = an_example("Two are done", {"staff": "nisha-patel", "do": "done", "deliveries": [A_MADE_ID, A_MADE_ID]})
DRAFT = an_example("A draft", {"staff": "nisha-patel", "body": "It is renewed. You can"})
FORWARD = an_example(
    "The message alone", {"staff": "nisha-patel", "to": "grace-kim", "note": "Please check the interaction."}
)
ABSENCE = an_example(
    "A week with a cover",
    {"from": "2031-07-07T00:00:00-05:00", "until": "2031-07-14T00:00:00-05:00", "cover": "grace-kim"},
)
STAFF_CHANGES: Examples = {
    "title": ("Another title", {"title": "Nurse Manager"}),
    "no_email": ("No more emails", {"email": None}),
}
NEW_STAFF = an_example(
    "A nurse", {"id": "sofia-ruiz", "name": "Sofia Ruiz", "title": "Nurse", "email": "sofia.ruiz@willowcreek.example"}
)
PATIENT_CHANGES: Examples = {
    "stop": (
        "Stop a patient from writing",
        {"may_write": False, "reason": "Agreed with Dr. Lee.", "words": "Please call us instead of writing."},
    ),
    "allow": ("Let them write again", {"may_write": True}),
}
PATIENT_SEARCH = an_example("By name", {"text": "marsh"})
ROSTER = an_example("One site, one member of staff, one patient", {
    "sites": [{"id": "main-street", "name": "Willow Creek Main Street"}],
    "staff": [{"id": "jordan-price", "name": "Jordan Price", "email": "jordan.price@willowcreek.example"}],
    "patients": [
        {
            "id": "p-2001",
            "name": "Robin Marsh",
            "birth_date": "1984-02-29",
            "home_site": "main-street",
            "care_team": [{"staff": "hannah-lee", "role": "Physician"}],
            "authorized_users": [{"id": "au-3001", "name": "Kim Marsh", "permissions": ["messages:read"]}],
        }
    ],
})  # fmt: skip


NEW_IMPORT = an_example("All patients, with those who have left", {"mode": "replace"})
ALL_PARTS = an_example("Three parts", {"parts": 3})


def _topic(display_name: str, *recipients: str) -> dict[str, Any]:
    return {"enabled": True, "recipients": list(recipients), "display_name": display_name}


SETTINGS_DOCUMENT: dict[str, Any] = {
    "messaging_enabled": True,
    "by_site": False,
    "care_team_fallback": True,
    "disclaimer": "Messages are read on working days between 8 a.m. and 5 p.m. In an emergency, call 911.",
    "catch_all": ["nisha-patel", "olivia-hart"],
    "practice": {
        "topics": {
            "medical": _topic("Medical Team"),
            "appointment": _topic("Appointment Desk", "rosa-delgado", "marcus-webb"),
            "medication": _topic("Medication Team", "nisha-patel", "grace-kim"),
            "billing": _topic("Billing Office", "linh-tran", "olivia-hart"),
            "other": _topic("Front Desk", "rosa-delgado", "marcus-webb"),
        }
    },
}
SETTINGS = an_example("The same settings at every site", SETTINGS_DOCUMENT)
PREVIEWS: Examples = {
    "saved": ("Under the saved settings", {"patient": "p-1007", "topic": "medication"}),
    "draft": (
        "Under settings that are not saved",
        {"patient": "p-1007", "topic": "billing", "messaging": SETTINGS_DOCUMENT},
    ),
}
REPLAYS: Examples = {
    "saved": ("The saved settings over the last 30 days", {"days": 30}),
    "draft": ("A draft over the last week", {"days": 7, "messaging": SETTINGS_DOCUMENT}),
}
OVERDUE_HAND_OVER = an_example("Hand it to the people whom the cascade finds", {"to": "cascade"})
