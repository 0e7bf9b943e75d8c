"""The pages of portal administrators."""

from adapters.http.pages.admin import (
    emails,
    gaps,
    history,
    hours,
    ladders,
    matrix,
    messaging,
    overdue,
    patients,
    people,
    person,
    topic,
    urgency,
    wall_sheet,
)

ROUTES = (
    messaging.routes,
    matrix.routes,
    topic.routes,
    hours.routes,
    ladders.routes,
    emails.routes,
    urgency.routes,
    gaps.routes,
    history.routes,
    overdue.routes,
    people.routes,
    person.routes,
    patients.routes,
    wall_sheet.routes,
)
