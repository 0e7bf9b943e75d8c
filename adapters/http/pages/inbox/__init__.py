"""The pages of staff."""

from adapters.http.pages.inbox import absence, acts, bulk, drafts, entries, live, message, quick_texts, search, stream

ROUTES = tuple(
    part.routes for part in (entries, message, live, acts, drafts, bulk, search, quick_texts, absence, stream)
)
