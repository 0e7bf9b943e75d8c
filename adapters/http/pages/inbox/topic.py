"""Moving a conversation to the right topic on the page of a message: first who will read it, then the move."""

from fastapi import Response

from adapters.http.ids import made_id
from adapters.http.pages.inbox.message import PAGE, PageOfDelivery
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_lines
from adapters.http.problems import STATUSES
from router.errors import Conflict, Forbidden, Invalid
from router.flows.staff.correction import CorrectionRequest
from router.messages.conversation import SeenTooLittle
from router.practice.topics import Topic

routes = page_routes()


@routes.post(PAGE + "/topic")
def correct(page: PageOfDelivery, form: PostedForm) -> Response:
    """Say who will be able to read it, or, once that was seen, move it."""
    named = form.get("topic", "")
    if named not in list(Topic):
        return page.render(STATUSES[Invalid.slug], typed=form, errors={"topic": "Choose a topic."})
    topic, seen = Topic(named), form.get("last_seen", "")
    try:
        if form.get("do") != "move":
            return page.render(typed=form, correction=page.flows.correction.look(page.ref, topic))
        request = CorrectionRequest(topic, typed_lines(form, "topic_note"), made_id(seen) if seen else None)
        moved = page.flows.correction.correct(page.ref, request)
    except SeenTooLittle as answered:
        return page.render(STATUSES[answered.slug], typed=form, seen=seen, topic_overtaken=True)
    except (Invalid, Conflict, Forbidden) as refused:
        return page.render(STATUSES[refused.slug], typed=form, problem=_in_words(refused))
    return page.to_the_list("moved", moved.readers)


def _in_words(refused: Invalid | Conflict | Forbidden) -> str:
    if isinstance(refused, Invalid):
        return " ".join(f"The {error.field} {error.message}." for error in refused.errors)
    return refused.detail
