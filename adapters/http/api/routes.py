"""The routes of every subject, in the order of the API's document."""

from adapters.http.api import (
    bulk,
    compose,
    conversations,
    docs,
    drafts,
    health,
    inbox,
    messages,
    messaging,
    operations,
    portal_links,
    preview,
    replies,
    roster,
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
    drafts.routes,
    bulk.routes,
    operations.routes,
    health.routes,
    docs.routes,
    portal_links.routes,
)
