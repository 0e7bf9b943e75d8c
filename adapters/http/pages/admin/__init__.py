"""The pages of portal administrators."""

from adapters.http.pages.admin import gaps, history, hours, messaging, people

ROUTES = (messaging.routes, hours.routes, gaps.routes, history.routes, people.routes)
