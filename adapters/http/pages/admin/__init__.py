"""The pages of portal administrators."""

from adapters.http.pages.admin import gaps, history, hours, ladders, messaging, overdue, people

ROUTES = (
    messaging.routes,
    hours.routes,
    ladders.routes,
    gaps.routes,
    history.routes,
    overdue.routes,
    people.routes,
)
