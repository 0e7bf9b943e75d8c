"""The pages of portal administrators."""

from adapters.http.pages.admin import (
    gaps,
    history,
    hours,
    ladders,
    messaging,
    overdue,
    patients,
    people,
    person,
    urgency,
    wall_sheet,
)

ROUTES = (
    messaging.routes,
    hours.routes,
    ladders.routes,
    urgency.routes,
    gaps.routes,
    history.routes,
    overdue.routes,
    people.routes,
    person.routes,
    patients.routes,
    wall_sheet.routes,
)
