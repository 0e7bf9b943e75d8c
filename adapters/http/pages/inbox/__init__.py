"""The pages of staff."""

from adapters.http.pages.inbox import absence, entries, message, search, stream

ROUTES = (entries.routes, message.routes, search.routes, absence.routes, stream.routes)
