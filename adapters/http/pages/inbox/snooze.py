"""Putting a message off from its page, and bringing it back."""

from datetime import datetime

from fastapi import Response

from adapters.http.pages.inbox.message import DeliveryPage
from adapters.http.pages.inbox.next_message import goes_on, to_the_next
from adapters.http.pages.kit.absence_form import LONGEST_TEXT, local_moment
from adapters.http.pages.kit.csrf import Posted
from adapters.http.problems import STATUSES
from router.errors import Invalid

SNOOZED = "snoozed"
# What a button sends, which has an offset, is a little longer than what somebody can type.
LONGEST_CHOICE = LONGEST_TEXT + 10


def snooze(page: DeliveryPage, form: Posted) -> Response:
    """Put it off until one of the offered moments, or the one that was typed; then back to the list."""
    try:
        at = _chosen(form.get("offered", "")) or local_moment(form.get("at", ""), page.person.practice)
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


def _chosen(text: str) -> datetime | None:
    """The moment of a button; None where none was pressed, or it is not one of ours."""
    try:
        chosen = datetime.fromisoformat(text) if 0 < len(text) <= LONGEST_CHOICE else None
    except ValueError:
        return None
    return chosen if chosen is not None and chosen.tzinfo is not None else None
