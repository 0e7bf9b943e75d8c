"""What the page of a message saves while somebody writes."""

from fastapi import Response
from fastapi.responses import JSONResponse

from adapters.http.pages.inbox.message import PAGE, PageOfDelivery, key_of, kind_of
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.moments import moment_in
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_lines
from router.messages.drafts import DraftKind, StaffDraft

routes = page_routes()


@routes.post(PAGE + "/draft")
def save(page: PageOfDelivery, form: PostedForm) -> Response:
    """Keep what stands in a field; `key` is that of the form which it is sent with.

    Answers whether there is a draft now, when it was saved, and whether another text is kept beside it.
    """
    saved = page.flows.drafts.put(page.ref, draft_in(form, kind_of(form), "body"))
    if saved is None:
        return JSONResponse({"saved": False, "at": "", "other": False})
    at = saved.saved_at.isoformat()
    return JSONResponse({"saved": bool(saved.body), "at": at, "other": saved.other is not None})


def draft_in(form: Posted, kind: DraftKind, field: str) -> StaffDraft:
    """What a form has begun to say, with what of it the form's page has shown."""
    return StaffDraft(typed_lines(form, field), kind, key_of(form), moment_in(form.get(f"seen_{kind.value}", "")))
