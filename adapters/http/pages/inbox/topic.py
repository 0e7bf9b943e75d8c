"""Moving a conversation to the right topic on the page of a message: first who will read it, then the move."""

from fastapi import Response

from adapters.http.ids import made_id
from adapters.http.pages.inbox.message import PAGE, DeliveryPage, PageOfDelivery
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_lines
from adapters.http.problems import STATUSES
from router.errors import Conflict, Forbidden, Invalid
from router.flows.staff.correction import CorrectionRequest, OtherReaders
from router.messages.conversation import SeenTooLittle
from router.practice.topics import Topic

ANOTHER_TOPIC = (
    "You chose another topic than the one that was shown. Read under “Wrong topic?” who will be able to read it under "
    "this one, then move it."
)
OTHER_READERS = (
    "Other people would be able to read it now than those who were shown. Read under “Wrong topic?” who they are, then "
    "move it."
)

routes = page_routes()


@routes.post(PAGE + "/topic")
def correct(page: PageOfDelivery, form: PostedForm) -> Response:
    """Say who will be able to read it, or, once that was seen, move it."""
    named = form.get("topic", "")
    if named not in list(Topic):
        return page.render(STATUSES[Invalid.slug], typed=form, errors={"topic": "Choose a topic."})
    topic = Topic(named)
    try:
        if form.get("do") != "move":
            return _look(page, form, topic)
        if form.get("looked_at") != topic:
            return _look(page, form, topic, ANOTHER_TOPIC)
        return _move(page, form, topic)
    except (Invalid, Conflict, Forbidden) as refused:
        return page.render(STATUSES[refused.slug], typed=form, problem=_in_words(refused))


def _look(page: DeliveryPage, form: Posted, topic: Topic, problem: str = "") -> Response:
    """Who will be able to read it; `problem` says why it wasn't moved."""
    found = page.flows.correction.look(page.ref, topic)
    status = STATUSES[Conflict.slug] if problem else 200
    return page.render(status, typed=form, correction=found, problem=problem or None)


def _move(page: DeliveryPage, form: Posted, topic: Topic) -> Response:
    """Move it to the topic that was looked at, for the readers who were named."""
    seen = form.get("last_seen", "")
    last_seen, readers = made_id(seen) if seen else None, frozenset(form.getlist("reader"))
    request = CorrectionRequest(topic, typed_lines(form, "topic_note"), last_seen, readers)
    try:
        moved = page.flows.correction.correct(page.ref, request)
    except SeenTooLittle as answered:
        return page.render(STATUSES[answered.slug], typed=form, seen=seen, topic_overtaken=True)
    except OtherReaders:
        return _look(page, form, topic, OTHER_READERS)
    return page.to_the_list("moved", moved.readers)


def _in_words(refused: Invalid | Conflict | Forbidden) -> str:
    if isinstance(refused, Invalid):
        return " ".join(f"The {error.field} {error.message}." for error in refused.errors)
    return refused.detail
