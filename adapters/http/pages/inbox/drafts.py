"""What the page of a message saves while somebody writes."""

from fastapi import Response
from fastapi.responses import JSONResponse

from adapters.http.pages.inbox.message import PAGE, PageOfDelivery, key_of, kind_of
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_lines
from router.messages.drafts import StaffDraft

routes = page_routes()


@routes.post(PAGE + "/draft")
def save(page: PageOfDelivery, form: PostedForm) -> Response:
    """Keep what stands in a field; `key` is that of the form which it is sent with."""
    kind = kind_of(form)
    draft = StaffDraft(typed_lines(form, "body"), kind, key_of(form))
    saved_at = page.flows.drafts.put(page.ref, draft)
    return JSONResponse({"saved": saved_at is not None})
