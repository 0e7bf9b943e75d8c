"""The pages of staff."""

from adapters.http.pages.inbox import absence, acts, bulk, drafts, entries, message, priority, search, stream, topic

ROUTES = tuple(part.routes for part in (entries, message, acts, priority, topic, drafts, bulk, search, absence, stream))
