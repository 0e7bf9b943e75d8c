"""The pages of staff."""

from adapters.http.pages.inbox import absence, acts, bulk, drafts, entries, message, priority, search, stream

ROUTES = tuple(part.routes for part in (entries, message, acts, priority, drafts, bulk, search, absence, stream))
