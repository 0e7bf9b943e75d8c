"""The routes of every subject, in the order of the API's document."""

from adapters.http.api import (
    compose,
    conversations,
    docs,
    health,
    inbox,
    messages,
    messaging,
    operations,
    overdue,
    patients,
    portal_links,
    preview,
    replies,
    roster,
    staff,
    trace,
)

SUBJECTS = (
    messages.routes,
    compose.routes,
    conversations.routes,
    replies.routes,
    trace.routes,
    messaging.routes,
    preview.routes,
    roster.routes,
    inbox.routes,
    operations.routes,
    overdue.routes,
    health.routes,
    docs.routes,
    portal_links.routes,
    patients.routes,
    staff.routes,
)
