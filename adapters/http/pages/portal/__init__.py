"""The reference patient portal."""

from adapters.http.pages.portal import compose, conversations, email_choice, entry, news, search

ROUTES = (entry.routes, conversations.routes, compose.routes, search.routes, news.routes, email_choice.routes)
