"""The pages of staff."""

from adapters.http.pages.inbox import absence, acts, bulk, drafts, entries, message, search, stream

ROUTES = tuple(part.routes for part in (entries, message, acts, drafts, bulk, search, absence, stream))
