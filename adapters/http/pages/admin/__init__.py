"""The pages of portal administrators."""

from adapters.http.pages.admin import (
    emails,
    gaps,
    history,
    hours,
    ladders,
    messaging,
    overdue,
    patients,
    people,
    person,
    wall_sheet,
)

ROUTES = (
    messaging.routes,
    hours.routes,
    ladders.routes,
    emails.routes,
    gaps.routes,
    history.routes,
    overdue.routes,
    people.routes,
    person.routes,
    patients.routes,
    wall_sheet.routes,
)
