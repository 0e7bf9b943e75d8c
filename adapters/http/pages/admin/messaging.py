"""The messaging settings of a practice, for its portal administrators."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.admin.matrix import matrix_of
from adapters.http.pages.admin.messaging_draft import SettingsDraft, areas, read_draft
from adapters.http.pages.admin.messaging_trial import try_out
from adapters.http.pages.admin.messaging_view import errors_of, view_of
from adapters.http.pages.admin.recipient_search import NamedRecipients, add_named
from adapters.http.pages.admin.saving import Overtaken, save_over, told_of
from adapters.http.pages.kit.csrf import Posted, SettingsForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from router.access.sessions import StaffSession
from router.errors import Invalid
from router.messaging.changes import changes
from router.messaging.merge import merge
from router.messaging.snapshot import PracticeSnapshot

PAGE = "/admin/messaging"

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp, site: str = "", saved: str = "") -> Response:
    """The saved settings; `saved` is the version whose changes are shown."""
    current = flows.messaging.read(person.practice.id, person.actor).messaging
    snapshot = flows.reports.snapshot(person.practice.id)
    here = practice_id(site) if current.by_site and practice_id(site) in snapshot.sites else None
    told = told_of(flows, person, saved)
    return _render(request, SettingsDraft(current.version, here, current), snapshot, told=told)


@routes.post(PAGE)
def edit(request: Request, person: Admin, form: SettingsForm, flows: FlowsOfApp) -> Response:
    """What a button of the form does: save everything, or change what is being edited."""
    snapshot = flows.reports.snapshot(person.practice.id)
    named = add_named(form, read_draft(form), snapshot)
    draft = named.draft
    act, _, rest = form.get("do", "update").partition(":")
    if named.errors:
        return _render(request, draft, snapshot, 422, errors=named.errors, added=named)
    match act:
        case "save":
            return _save(request, person, flows, draft, snapshot)
        case "mine":
            return _keep_mine(request, person, flows, draft, snapshot)
        case "try":
            tried = try_out(form, draft, snapshot, flows, person)
            return _render(request, draft, snapshot, **tried)
    return _render(request, _changed(act, rest, form, draft, snapshot), snapshot)


def _changed(act: str, rest: str, form: Posted, draft: SettingsDraft, snapshot: PracticeSnapshot) -> SettingsDraft:
    """What the buttons do that save nothing."""
    match act:
        case "remove":
            area, _, staff = rest.partition(":")
            if area in areas():
                return draft.with_people(area, tuple(one for one in draft.people(area) if one != staff))
        case "edit":
            site = practice_id(form.get("site", ""))
            return replace(draft, site=site if site in snapshot.sites else None)
        case "own":
            return draft.with_topics(draft.topics)
        case "inherit":
            return draft.without_own()
    if not draft.messaging.by_site:
        return replace(draft, site=None)
    return draft


def _save(
    request: Request, person: StaffSession, flows: Flows, draft: SettingsDraft, snapshot: PracticeSnapshot
) -> Response:
    try:
        base, _ = flows.reports.saved_since(person.practice.id, draft.base)
        saved = save_over(flows, person, base, draft.messaging)
    except Invalid as refused:
        here, elsewhere = errors_of(refused.errors, draft, snapshot)
        return _render(request, draft, snapshot, 422, errors=here, elsewhere=elsewhere)
    if isinstance(saved, Overtaken):
        return _show_theirs(request, draft, saved)
    site = f"&site={quote(draft.site, safe='')}" if draft.site and draft.messaging.by_site else ""
    return RedirectResponse(f"{PAGE}?saved={saved}{site}", 303, HEADERS)


def _show_theirs(request: Request, draft: SettingsDraft, saved: Overtaken) -> Response:
    """A colleague saved the same in between: what they changed, and what keeping mine would change of it."""
    snapshot = saved.snapshot
    mine = changes(snapshot.messaging, saved.merged, snapshot.staffing.members, snapshot.sites)
    return _render(request, draft, snapshot, 409, theirs=saved.theirs, mine=mine)


def _keep_mine(
    request: Request, person: StaffSession, flows: Flows, draft: SettingsDraft, snapshot: PracticeSnapshot
) -> Response:
    """Save what I changed on top of what they saved, without touching the rest of theirs."""
    base, _ = flows.reports.saved_since(person.practice.id, draft.base)
    merged = merge(base, draft.messaging, snapshot.messaging)
    return _save(request, person, flows, SettingsDraft(snapshot.messaging.version, draft.site, merged), snapshot)


def _render(
    request: Request,
    draft: SettingsDraft,
    snapshot: PracticeSnapshot,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    given: dict[str, Any] = {"errors": {}, "elsewhere": [], "theirs": [], "mine": [], "told": None, "tried": None}
    given |= {"meant": [], "added": NamedRecipients(draft)}
    given |= {"matrix": matrix_of(snapshot), "saved_version": snapshot.messaging.version}
    view = view_of(draft, snapshot)
    return render(request, "admin/messaging.html", status, view=view, **(given | values))
