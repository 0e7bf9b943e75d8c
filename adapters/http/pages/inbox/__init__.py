"""The pages of staff."""

from adapters.http.pages.inbox import (
    absence,
    acts,
    bulk,
    drafts,
    entries,
    live,
    message,
    priority,
    quick_texts,
    search,
    stream,
    topic,
)

ROUTES = tuple(
    part.routes
    for part in (
        *(entries, message, live, acts, priority, topic, drafts),
        *(bulk, search, quick_texts, absence, stream),
    )
)
