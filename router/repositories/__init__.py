"""What the flows ask of the database, one repository a subject. None of them commits."""

from router.repositories.conversations import Answers, Conversations, Events, Traces
from router.repositories.enrolment import Absences, Distributions, Practices, Rosters
from router.repositories.operations import AuditLog, Keys, Operations, Reconciliation
from router.repositories.pipeline import Inboxes, Messages, Notifications, Routing

__all__ = [
    "Absences",
    "Answers",
    "AuditLog",
    "Conversations",
    "Distributions",
    "Events",
    "Inboxes",
    "Keys",
    "Messages",
    "Notifications",
    "Operations",
    "Practices",
    "Reconciliation",
    "Rosters",
    "Routing",
    "Traces",
]
