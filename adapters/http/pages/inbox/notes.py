"""Writing a note for colleagues; before a mention gives somebody the message, the page asks."""

from fastapi import Response

from adapters.http.pages.inbox.message import DeliveryPage, key_of
from adapters.http.pages.kit.colleagues import away_view
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.staff_search import find_colleague, label_of
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.problems import STATUSES
from router.errors import Invalid, KeyReused
from router.flows.staff.notes import NoteRequest

NOTED_ALREADY = "Another note was already saved from this page; see above. Save this one as well, or discard it."


def note(page: DeliveryPage, form: Posted) -> Response:
    """Save the note. With `give` the one whom it mentions gets the message, with `alone` nobody does."""
    snapshot = page.flows.reports.snapshot(page.ref.practice)
    members = snapshot.staffing.members
    mention, text = typed_line(form, "mention").strip(), typed_lines(form, "colleagues")
    mentions: tuple[str, ...] = ()
    told = "noted"
    if mention and "alone" not in form:
        found = find_colleague(mention, members, page.ref.staff)
        if isinstance(found, str):
            return page.render(422, typed=form, errors={"mention": found}, key=key_of(form))
        mentions = (found.id,)
        told = "noted-told" if found.id in page.flows.notes.holders(page.ref) else "noted-given"
        # Without a text nothing is asked yet: it can't be saved.
        if text.strip() and form.get("give") != found.id and told == "noted-given":
            return page.render(
                typed=form, asks=(found.id, label_of(found, members), away_view(found.id, snapshot)), key=key_of(form)
            )
    try:
        page.flows.notes.note(page.ref, NoteRequest(text, mentions, key_of(form)))
    except KeyReused as again:
        return page.render(STATUSES[again.slug], typed=form, errors={"colleagues": NOTED_ALREADY})
    except Invalid as wrong:
        errors = {"colleagues" if error.field == "text" else "mention": error.message for error in wrong.errors}
        return page.render(STATUSES[wrong.slug], typed=form, errors=errors, key=key_of(form))
    return page.back(told, mentions)
