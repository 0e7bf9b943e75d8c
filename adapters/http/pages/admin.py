"""The messaging settings of a practice, for its portal administrators."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.csrf import Posted, PostedForm
from adapters.http.pages.current import Admin
from adapters.http.pages.messaging_draft import Draft, add_named, areas, read_draft
from adapters.http.pages.messaging_trial import try_out
from adapters.http.pages.messaging_view import errors_of, view_of, who
from adapters.http.pages.render import HEADERS, render
from adapters.http.pages.route import page_routes
from router.distribution_changes import changes
from router.distribution_merge import merge
from router.errors import Invalid, Stale
from router.flows.oversee import Surroundings
from router.sign_ins import StaffSession

PAGE = "/admin/messaging"

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp, site: str = "", saved: str = "") -> Response:
    """The settings as they are saved; `saved` is the version whose changes are told."""
    current = flows.administer.read(person.practice.id, person.actor).distribution
    around = flows.oversee.surroundings(person.practice.id)
    here = practice_id(site) if current.by_site and practice_id(site) in around.sites else None
    told = _told(flows, person, saved)
    return _render(request, Draft(current.version, here, current), around, told=told)


@routes.post(PAGE)
def edit(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """What a button of the form does: save everything, or change what is being edited."""
    around = flows.oversee.surroundings(person.practice.id)
    draft, errors = add_named(form, read_draft(form), around.staffing.members)
    act, _, rest = form.get("do", "update").partition(":")
    if errors:
        return _render(request, draft, around, 422, errors=errors)
    match act:
        case "save":
            return _save(request, person, flows, draft, around)
        case "mine":
            return _keep_mine(request, person, flows, draft, around)
        case "try":
            tried = try_out(form, draft, around, flows, person)
            return _render(request, draft, around, **tried)
    return _render(request, _changed(act, rest, form, draft, around), around)


def _changed(act: str, rest: str, form: Posted, draft: Draft, around: Surroundings) -> Draft:
    """What the buttons do that save nothing."""
    match act:
        case "remove":
            area, _, staff = rest.partition(":")
            if area in areas():
                return draft.with_people(area, tuple(one for one in draft.people(area) if one != staff))
        case "edit":
            site = practice_id(form.get("site", ""))
            return replace(draft, site=site if site in around.sites else None)
        case "own":
            return draft.with_topics(draft.topics)
        case "inherit":
            return draft.without_own()
    if not draft.distribution.by_site:
        return replace(draft, site=None)
    return draft


def _save(request: Request, person: StaffSession, flows: Flows, draft: Draft, around: Surroundings) -> Response:
    try:
        saved = flows.administer.save(person.practice.id, draft.distribution, draft.base, person.actor)
    except Stale:
        return _show_theirs(request, person, flows, draft)
    except Invalid as refused:
        here, elsewhere = errors_of(refused.errors, draft, around)
        return _render(request, draft, around, 422, errors=here, elsewhere=elsewhere)
    version = saved.distribution.version if saved.changes else 0
    site = f"&site={quote(draft.site, safe='')}" if draft.site and saved.distribution.by_site else ""
    return RedirectResponse(f"{PAGE}?saved={version}{site}", 303, HEADERS)


def _show_theirs(request: Request, person: StaffSession, flows: Flows, draft: Draft) -> Response:
    """A colleague saved in between: what they changed, and what keeping mine would change of it."""
    around = flows.oversee.surroundings(person.practice.id)
    base, since = flows.oversee.saved_since(person.practice.id, draft.base)
    merged = merge(base, draft.distribution, around.current)
    mine = changes(around.current, merged, around.staffing.members, around.sites)
    theirs = [(who(one.actor, around), one) for one in since]
    return _render(request, draft, around, 409, theirs=theirs, mine=mine)


def _keep_mine(request: Request, person: StaffSession, flows: Flows, draft: Draft, around: Surroundings) -> Response:
    """Save what I changed on top of what they saved, without touching the rest of theirs."""
    base, _ = flows.oversee.saved_since(person.practice.id, draft.base)
    merged = merge(base, draft.distribution, around.current)
    return _save(request, person, flows, Draft(around.current.version, draft.site, merged), around)


def _told(flows: Flows, person: StaffSession, saved: str) -> list[str] | None:
    """What a save changed, in words; empty where it changed nothing, None where nothing was saved."""
    if not saved.isdecimal() or len(saved) > 9:  # noqa: PLR2004 - versions are small numbers.
        return None
    return list(flows.administer.version(person.practice.id, int(saved))[0].changes) if int(saved) else []


def _render(request: Request, draft: Draft, around: Surroundings, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - as render.
    given: dict[str, Any] = {"errors": {}, "elsewhere": [], "theirs": [], "mine": [], "told": None, "tried": None}
    view = view_of(draft, around)
    return render(request, "admin_messaging.html", status, view=view, **(given | values))
