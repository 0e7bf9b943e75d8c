"""Putting a message off from its page, and bringing it back."""

from fastapi import Response

from adapters.http.pages.inbox.message import DeliveryPage
from adapters.http.pages.inbox.next_message import goes_on, to_the_next
from adapters.http.pages.kit.absence_form import local_moment
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.moments import moment_in
from adapters.http.problems import STATUSES
from router.errors import Invalid

SNOOZED = "snoozed"


def snooze(page: DeliveryPage, form: Posted) -> Response:
    """Put it off until one of the offered moments, or the one that was typed; then back to the list."""
    try:
        at = moment_in(form.get("offered", "")) or local_moment(form.get("at", ""), page.person.practice)
        page.flows.snooze.snooze(page.ref, at)
    except ValueError as wrong:
        return page.render(422, typed=form, errors={"at": str(wrong)})
    except Invalid as wrong:
        return page.render(STATUSES[wrong.slug], typed=form, errors={"at": wrong.errors[0].message})
    until = at.isoformat()
    if goes_on(page.request):
        return to_the_next(page, SNOOZED, until)
    return page.to_the_list(SNOOZED, can_undo=True, until=until)


def wake(page: DeliveryPage, _form: Posted) -> Response:
    """Bring it back at once."""
    page.flows.snooze.snooze(page.ref, None)
    return page.back("woken")
