"""The pages of staff."""

from adapters.http.pages.inbox import absence, acts, drafts, entries, message, search, stream

ROUTES = (entries.routes, message.routes, acts.routes, drafts.routes, search.routes, absence.routes, stream.routes)
