"""The page of the operators: what waits, what is stuck, and sending it on its way again."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import NOTHING, made_id, practice_id
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Operator, WatchingOperator
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.ops.view import known, state_in_words, view_of
from adapters.http.problems import STATUSES
from router.errors import Conflict, NotFound, Refusal

PAGE = "/ops"
# A notice of the page: its kind, its title, and a sentence.
Notice = tuple[str, str, str]

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Operator, flows: FlowsOfApp) -> Response:
    """Everything, as of now."""
    del person
    return _render(request, flows, "ops/operations.html")


@routes.get(f"{PAGE}/now")
def now(request: Request, person: WatchingOperator, flows: FlowsOfApp) -> Response:
    """The parts of the page that change, for its script."""
    del person
    return _render(request, flows, "ops/now.html")


@routes.post(f"{PAGE}/parked")
def requeue(request: Request, person: Operator, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Send something parked on its way again, and say what becomes of it."""
    try:
        done = flows.operations.requeue(None, made_id(form.get("item", "")), person.actor)
    except (NotFound, Conflict) as refused:
        return _tell(request, flows, "Nothing was requeued", refused)
    return _follow(done.practice, done.id)


@routes.post(f"{PAGE}/quarantine")
def accept(request: Request, person: Operator, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Accept something from the quarantine after all, or say why it is refused again."""
    item = made_id(form.get("item", ""))
    try:
        practice = flows.quarantine.item(item).practice
        receipt = flows.quarantine.requeue(item, person.actor)
    except Refusal as refused:
        return _tell(request, flows, "It was not accepted", refused)
    return _follow(practice or "", receipt.id)


def _follow(practice: str, item: UUID) -> Response:
    query = urlencode({"practice": practice, "item": str(item)})
    return RedirectResponse(f"{PAGE}?{query}#done", 303, HEADERS)


def _tell(request: Request, flows: Flows, title: str, refused: Refusal) -> Response:
    """A refusal without quotes: it names the wrong fields of a message, never their values."""
    said = refused.detail if isinstance(refused, NotFound | Conflict) else f"{refused.title}."
    fields = known(tuple(error.field for error in refused.errors))
    if fields:
        said += f" Wrong fields: {fields}."
    return _render(request, flows, "ops/operations.html", STATUSES[refused.slug], ("bad", title, said))


def _render(request: Request, flows: Flows, template: str, status: int = 200, notice: Notice | None = None) -> Response:
    asked = request.query_params
    parked, kept = _identifier(asked.get("parked", "")), _identifier(asked.get("quarantine", ""))
    followed = notice or _followed(flows, practice_id(asked.get("practice", "")), _identifier(asked.get("item", "")))
    return render(request, template, status, view=view_of(flows, parked, kept), notice=followed)


def _followed(flows: Flows, practice: str, item: UUID | None) -> Notice | None:
    """What became of what was sent on its way before."""
    found = flows.operations.whereabouts(practice, item) if item else None
    if found is None:
        return None
    kind, state, reason = found
    colour = "warn" if state == "parked" else "good"
    said = f"{kind.capitalize()} {item} of {practice}. {state_in_words(kind, state, reason)}"
    return colour, "Requeued", said


def _identifier(text: str) -> UUID | None:
    found = made_id(text)
    return None if found == NOTHING else found
