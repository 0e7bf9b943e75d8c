"""One topic at all sites on one page: who gets it at each, changed in one go. It works without scripts."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.admin.matrix import TOPICS
from adapters.http.pages.admin.recipient_search import StaffOption
from adapters.http.pages.admin.saving import Overtaken, base_of, save_over, told_of
from adapters.http.pages.admin.topic_form import TopicInput, read_rows, rows_of
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render, when
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import labels_of
from router.errors import FieldError, Invalid, NotFound
from router.messaging.several_sites import with_topic
from router.messaging.snapshot import PracticeSnapshot
from router.practice.topics import Topic

PAGE = TOPICS + "/{name}"

routes = page_routes()


@dataclass(frozen=True, slots=True)
class TopicPage:
    """What is shown around the rows; `site` is the one whose field is entered first, `base` the version edited."""

    topic: Topic
    base: int
    site: str | None


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp, name: str, site: str = "", saved: str = "") -> Response:  # noqa: PLR0913, PLR0917 - parts of the address.
    """The topic as it is saved; `saved` is the version whose changes are told."""
    messaging = flows.messaging.read(person.practice.id, person.actor).messaging
    snapshot = flows.reports.snapshot(person.practice.id)
    page = TopicPage(_topic(name), messaging.version, practice_id(site) or None)
    rows = TopicInput(rows_of(messaging, snapshot, page.topic))
    return _render(request, page, rows, snapshot, told=told_of(flows, person, saved))


@routes.post(PAGE)
def edit(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp, name: str) -> Response:
    """Save, unless a name is unclear; a button that picks somebody shows the form again."""
    topic, snapshot = _topic(name), flows.reports.snapshot(person.practice.id)
    base = base_of(form, flows, person)
    page = TopicPage(topic, base.version, None)
    rows = read_rows(form, rows_of(base, snapshot, topic), snapshot)
    if rows.problem:
        return _render(request, page, rows, snapshot, 422, refused=[rows.problem])
    if rows.errors or form.get("do") != "save":
        return _render(request, page, rows, snapshot, 422 if rows.errors else 200, unsaved=True)
    try:
        saved = save_over(flows, person, base, with_topic(base, topic, rows.wanted(base, topic)))
    except Invalid as refused:
        return _render(request, page, rows, snapshot, 422, refused=[_in_words(one, snapshot) for one in refused.errors])
    if isinstance(saved, Overtaken):
        page = TopicPage(topic, saved.merged.version, None)
        shown = TopicInput(rows_of(saved.merged, saved.snapshot, topic))
        return _render(request, page, shown, saved.snapshot, 409, theirs=saved.theirs)
    return RedirectResponse(f"{TOPICS}/{topic}?saved={saved}", 303, HEADERS)


def _topic(name: str) -> Topic:
    if name not in set(Topic):
        raise NotFound("There is no such topic.")
    return Topic(name)


def _in_words(error: FieldError, snapshot: PracticeSnapshot) -> str:
    site = snapshot.sites.get(error.field.partition(".topics")[0].removeprefix("sites."))
    what = ", display name" if error.field.endswith(".display_name") else ""
    return f"{site.name if site else 'The practice'}{what}: {error.message}"


def _options(snapshot: PracticeSnapshot) -> list[StaffOption]:
    """Everybody active, with until when they are away."""
    members, found = snapshot.staffing.members, []
    labels = labels_of(members)
    for member in sorted((one for one in members.values() if one.active), key=lambda one: (one.name, one.id)):
        absence = snapshot.staffing.absence_of(member.id, snapshot.at)
        note = f"away until {when(absence.ends, snapshot.practice)}" if absence else ""
        found.append(StaffOption(member.id, labels[member.id], note))
    return found


def _names(snapshot: PracticeSnapshot) -> dict[str, str]:
    """Names alone, which leave room for many sites; with the title where several people have the same."""
    members = snapshot.staffing.members
    counts = Counter(member.name for member in members.values())
    labels = labels_of(members)
    return {one.id: one.name if counts[one.name] == 1 else labels[one.id] for one in members.values()}


def _render(
    request: Request,
    page: TopicPage,
    rows: TopicInput,
    snapshot: PracticeSnapshot,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    options = _options(snapshot)
    notes = {option.id: option.note for option in options}
    notes |= {
        member.id: "has left and gets nothing" for member in snapshot.staffing.members.values() if not member.active
    }
    given: dict[str, Any] = {
        "page": page,
        "rows": rows.rows,
        "errors": rows.errors,
        "typed": rows.typed,
        "offered": rows.offered,
        "names": _names(snapshot),
        "labels": labels_of(snapshot.staffing.members),
        "notes": notes,
        "staff_options": options,
        "topics": list(Topic),
        "told": None,
        "refused": [],
        "unsaved": False,
        "theirs": [],
    }
    return render(request, "admin/topic.html", status, **(given | values))
