"""Sites and topics at a glance: who gets what, with a way into each cell, and copying topics from site to site."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.admin.saving import Overtaken, base_of, save_over
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS
from adapters.http.pages.kit.route import page_routes
from router.errors import Conflict, Invalid
from router.messaging.several_sites import copied, topics_at
from router.messaging.snapshot import PracticeSnapshot
from router.practice.topics import Topic

COPY = "/admin/messaging/copy"
TOPICS = "/admin/messaging/topics"
# More names than this make a cell too tall.
MOST_NAMED = 3

routes = page_routes()


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One topic at one place: who gets it, in words, and the page that changes it.

    `left` says that somebody is among them who has left.
    """

    topic: Topic
    words: str
    quiet: bool
    left: bool
    address: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A site, or the practice's set (None); `own` says whether it has topics of its own."""

    site: str | None
    name: str
    own: bool
    address: str
    cells: tuple[MatrixCell, ...]


def matrix_of(snapshot: PracticeSnapshot) -> tuple[MatrixRow, ...]:
    """The settings as they are saved; empty for a practice with one site, where the topics' own fields say it all."""
    if len(snapshot.visible_sites) < 2:  # noqa: PLR2004 - one row shows nothing at a glance.
        return ()
    places = [(None, "The practice"), *((site.id, site.name) for site in snapshot.visible_sites)]
    return tuple(_row(site, name, snapshot) for site, name in places)


def cell_address(site: str | None, topic: Topic) -> str:
    """The page of a topic at all sites, at one of them."""
    return f"{TOPICS}/{topic}" + (f"?site={quote(site, safe='')}" if site is not None else "")


def _row(site: str | None, name: str, snapshot: PracticeSnapshot) -> MatrixRow:
    own = site is None or site in snapshot.messaging.sites
    address = "/admin/messaging" + (f"?site={quote(site, safe='')}" if site is not None else "")
    return MatrixRow(site, name, own, address, tuple(_cell(site, topic, snapshot, own=own) for topic in Topic))


def _cell(site: str | None, topic: Topic, snapshot: PracticeSnapshot, *, own: bool) -> MatrixCell:
    settings = topics_at(snapshot.messaging, site)[topic]
    gone = [staff for staff in settings.recipients if not snapshot.staffing.is_active(staff)]
    # Who has left comes first, so that nobody of them is among those who aren't named.
    names = [f"{snapshot.name_of(staff)} (has left)" for staff in gone]
    names += [snapshot.name_of(staff) for staff in settings.recipients if staff not in gone]
    if not settings.enabled:
        words = "Off"
    elif not names:
        words = "Care team"
    else:
        more = len(names) - MOST_NAMED
        words = ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    quiet, left = not own or not (settings.enabled and names), settings.enabled and bool(gone)
    return MatrixCell(topic, words, quiet, left, cell_address(site, topic))


@routes.post(COPY)
def copy(person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Save topics of one site at others as well; the settings page then says what that changed."""
    snapshot = flows.reports.snapshot(person.practice.id)
    base = base_of(form, flows, person)
    source = practice_id(form.get("source", "")) or None
    targets = _targets(form, snapshot)
    topics = [topic for topic in Topic if topic in form.getlist("topic")]
    if source is not None and source not in snapshot.sites:
        raise Invalid.at("source", "is not a site of the practice")
    if not targets or not topics:
        raise Invalid("Nothing was copied. Go back, and choose at least one topic and one site to copy it to.")
    saved = save_over(flows, person, base, copied(base, source, targets, topics))
    if isinstance(saved, Overtaken):
        name = saved.theirs[0][0]
        raise Conflict(f"{name} changed one of these topics in the meantime. Nothing was copied. Open the page again.")
    return RedirectResponse(f"/admin/messaging?saved={saved}", 303, HEADERS)


def _targets(form: Posted, snapshot: PracticeSnapshot) -> list[str]:
    """The sites that are ticked, in the order of the page; all of them where that is ticked."""
    ticked = set(form.getlist("target"))
    return [site.id for site in snapshot.visible_sites if "all" in form or site.id in ticked]
