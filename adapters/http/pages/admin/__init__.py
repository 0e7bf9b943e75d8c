"""The pages of portal administrators."""

from adapters.http.pages.admin import gaps, history, messaging, people

ROUTES = (messaging.routes, gaps.routes, history.routes, people.routes)
