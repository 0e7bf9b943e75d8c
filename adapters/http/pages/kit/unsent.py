"""A form that was not taken because its session is over: what was typed is shown again, to be sent with one click."""

from fastapi import Request, Response

from adapters.http.pages.kit.cookies import PORTAL
from adapters.http.pages.kit.csrf import FIELD, Posted, form_fields
from adapters.http.pages.kit.render import render, whose
from router.errors import Refusal

WHOSE_FIELD = "whose"
# The fields whose text is shown; the others go along unseen. Where a name ends in a dot, those that begin so.
TEXTS = {
    "subject": "Subject",
    "title": "Title",
    "body": "Your text",
    "to": "To",
    "note": "Your note",
    "colleagues": "Your note for colleagues",
    "mention": "Mention",
    "topic_note": "Your note on the topic",
    "words": "What the patient reads",
    "disclaimer": "Disclaimer",
    "dates": "Dates that differ from the week",
    "phrases.": "Phrases",
    "advice.": "Advice",
}
# What browsers say of where a request comes from; no page can make them say it.
ORIGIN_HEADER = "sec-fetch-site"


def is_our_form(request: Request) -> bool:
    """Whether a page of ours sent this: what another site makes somebody send is never shown to them as theirs."""
    return request.method == "POST" and request.headers.get(ORIGIN_HEADER) == "same-origin"


async def show_unsent(request: Request, status: int) -> Response:
    """A page that says that nothing was sent, shows what was typed, and sends it once its writer is signed in."""
    signed_in = getattr(request.state, "signed_in", None)
    # The session was looked for before.
    request.state.caller = getattr(request.state, "caller", None)
    posted = getattr(request.state, "posted", None)
    try:
        form = posted if posted is not None else await form_fields(request)
    except Refusal:
        form = Posted([])
    writer = form.get(WHOSE_FIELD, "")
    return render(
        request,
        "kit/unsent.html",
        status,
        action=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        fields=[(name, value) for name, value in form.multi_items() if name != FIELD],
        texts=_texts(form),
        writer=writer,
        ended=signed_in is None,
        same=signed_in is not None and whose(signed_in) == writer,
        in_portal=request.url.path.startswith(PORTAL),
    )


def _texts(form: Posted) -> list[tuple[str, str]]:
    """What was typed, with its label, in the order of the table."""
    return [
        (label, text)
        for known, label in TEXTS.items()
        for name, text in form.multi_items()
        if text.strip() and (name == known or (known.endswith(".") and name.startswith(known)))
    ]
