"""A form that was not taken for no fault of its fields: what was typed is shown again, to be sent with one click."""

from contextlib import suppress

from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from adapters.http.limits import DRAFT_BYTES
from adapters.http.pages.kit.cookies import PORTAL
from adapters.http.pages.kit.csrf import FIELD, FormOutdated, Posted, form_fields, is_foreign, is_our_form
from adapters.http.pages.kit.failures import failure_of
from adapters.http.pages.kit.render import render, whose
from adapters.http.problems import STATUSES
from router.access.sessions import SessionEnded
from router.errors import Refusal

WHOSE_FIELD = "whose"
# A form with the same random value in this field is stored once, however often it is sent.
KEY_FIELD = "key"
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
# A form with one of these is typed again: no page ever holds what was typed into them.
SECRETS = frozenset({"current", "password", "again"})
# What was too long to be taken is still shown to somebody who is signed in, up to this.
SHOWN_BYTES = 4 * DRAFT_BYTES


async def keep_posted(request: Request) -> None:
    """Read the form of a request that was refused before its body was, so that its page can show it."""
    state = request.state
    if request.method != "POST" or is_foreign(request) or hasattr(state, "body_begun"):
        return
    # Whose session it is was looked up before, or couldn't be.
    state.caller = getattr(state, "caller", None)
    with suppress(Refusal, ClientDisconnect):
        state.posted = await form_fields(request, SHOWN_BYTES if state.caller else DRAFT_BYTES)


def form_to_show(request: Request, refusal: Refusal) -> Posted | None:
    """The form, where its writer may be shown it again.

    None for one that a page of ours didn't send, that a visitor or somebody else has filled in, or that has secrets.
    """
    form: Posted | None = getattr(request.state, "posted", None)
    if form is None or not is_our_form(request, form) or SECRETS & form.keys():
        return None
    signed_in, writer = getattr(request.state, "signed_in", None), form.get(WHOSE_FIELD, "")
    if isinstance(refusal, FormOutdated):
        # Where somebody else has signed in since, its page says so.
        return form if writer and signed_in is not None else None
    return form if writer and (signed_in is None or whose(signed_in) == writer) else None


def can_be_sent_again(refusal: Refusal) -> bool:
    """Whether the same form may well be taken when it is sent again."""
    failure = failure_of(refusal)
    return isinstance(refusal, SessionEnded | FormOutdated) or (failure is not None and failure.passes)


def show_unsent(request: Request, refusal: Refusal, form: Posted) -> Response:
    """A page that says why nothing was sent, shows what was typed, and sends it as it was, its key included."""
    signed_in = getattr(request.state, "signed_in", None)
    failure, writer = failure_of(refusal), form.get(WHOSE_FIELD, "")
    if failure is not None:
        # Where the session could not be looked up, the token goes on being that of the page that was sent.
        request.state.csrf = getattr(request.state, "csrf", form.get(FIELD, ""))
    return render(
        request,
        "kit/unsent.html",
        STATUSES[refusal.slug],
        action=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        fields=[(name, value) for name, value in form.multi_items() if name != FIELD],
        texts=texts_of(form),
        writer=writer,
        failure=failure,
        ended=isinstance(refusal, SessionEnded),
        same=signed_in is not None and whose(signed_in) == writer,
        stored_once=KEY_FIELD in form,
        in_portal=request.url.path.startswith(PORTAL),
    )


def texts_of(form: Posted) -> list[tuple[str, str]]:
    """What was typed, with its label, in the order of the table."""
    return [
        (label, text)
        for known, label in TEXTS.items()
        for name, text in form.multi_items()
        if text.strip() and (name == known or (known.endswith(".") and name.startswith(known)))
    ]
