"""Raising and lowering a message on its page."""

from fastapi import Response

from adapters.http.pages.inbox.message import PAGE, PageOfDelivery
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.route import page_routes
from adapters.http.problems import STATUSES
from router.errors import Conflict, Invalid
from router.flows.staff.urgency import PriorityRequest
from router.messages.priority import LoweredBecause, Priority

routes = page_routes()


@routes.post(PAGE + "/priority")
def change(page: PageOfDelivery, form: PostedForm) -> Response:
    """Raise it, or lower it for the reason that was chosen."""
    reason = form.get("reason", "")
    raised = form.get("priority") == Priority.URGENT
    if not raised and reason not in list(LoweredBecause):
        return page.render(STATUSES[Invalid.slug], typed=form, errors={"reason": "Choose why it isn't urgent."})
    request = PriorityRequest(Priority.URGENT) if raised else PriorityRequest(Priority.ROUTINE, LoweredBecause(reason))
    try:
        page.flows.urgency.change(page.ref, request)
    except Conflict as refused:
        return page.render(STATUSES[refused.slug], problem=refused.detail)
    return page.back("raised" if raised else "lowered")
