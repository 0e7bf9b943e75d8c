"""The pages of portal administrators."""

from adapters.http.pages.admin import gaps, history, messaging, patients, people, person

ROUTES = (messaging.routes, gaps.routes, history.routes, people.routes, person.routes, patients.routes)
