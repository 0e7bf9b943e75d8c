"""The reference patient portal."""

from adapters.http.pages.portal import compose, conversations, entry

ROUTES = (entry.routes, conversations.routes, compose.routes)
