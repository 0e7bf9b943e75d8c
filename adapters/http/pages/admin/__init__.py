"""The pages of portal administrators."""

from adapters.http.pages.admin import gaps, history, hours, messaging, patients, people, person, wall_sheet

ROUTES = (
    messaging.routes,
    hours.routes,
    gaps.routes,
    history.routes,
    people.routes,
    person.routes,
    patients.routes,
    wall_sheet.routes,
)
