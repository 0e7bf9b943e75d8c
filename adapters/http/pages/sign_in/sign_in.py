"""Signing in and out, and staying signed in."""

import re
from dataclasses import dataclass, field, replace
from functools import partial

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.kit import cookies
from adapters.http.pages.kit.attempts import attempts_of
from adapters.http.pages.kit.csrf import CheckedHeader, PostedForm, Visit
from adapters.http.pages.kit.current import TOKEN_LIMIT, Anybody, any_session
from adapters.http.pages.kit.render import HEADERS, render, whose
from adapters.http.pages.kit.route import page_routes
from adapters.http.problems import STATUSES
from router.access.sessions import OperatorSession, SessionEnded, SignedIn, StaffSession
from router.access.sign_ins import Browser, SignInRefused, TooManyTries
from router.errors import Refusal
from router.practice.roster_rules import ID_LIMIT
from router.text import problem_with

# Checking a password takes a fifth of a second of a core and 64 MB: more at once would hold everybody else up.
AT_ONCE = CapacityLimiter(2)
# Only a page of ours, never another site: a path of RFC 3986 that doesn't begin as the name of a host would.
RETURN_PATH = re.compile(r"/[a-z][\w.~%!$&'()*+,;=:@/-]*(\?[\w.~%!$&'()*+,;=:@/?-]*)?", re.ASCII)

routes = page_routes()


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody typed."""

    practice: str
    person: str
    password: str = field(repr=False)


@routes.get("/")
def begin(request: Request, flows: FlowsOfApp) -> Response:
    """Somebody who typed the bare address: to their first page, or to the form."""
    try:
        return RedirectResponse(home_of(any_session(request, flows)), 303, HEADERS)
    except SessionEnded:
        return RedirectResponse("/sign-in", 303, HEADERS)


@routes.get("/sign-in")
async def ask(request: Request, visit: Visit) -> Response:
    """The form."""
    asked = request.query_params
    # Set after somebody has just chosen a password.
    practice, person = practice_id(asked.get("practice", "")), practice_id(asked.get("person", ""))
    page = _form(request, practice, person, _page(asked.get("next", "")))
    cookies.put(request, page, cookies.VISIT_COOKIE, visit)
    return page


@routes.post("/sign-in")
async def sign_in(request: Request, visit: Visit, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Try practice, name and password."""
    practice, person = form.get("practice", "").strip(), form.get("person", "").strip()
    following = _page(form.get("next", ""))
    if (practice and problem_with(practice, ID_LIMIT)) or problem_with(person, ID_LIMIT):
        # Nobody can have such a name.
        practice, person = "", ""
    tried = Tried(practice, person, form.get("password", ""))
    try:
        opened = await to_thread.run_sync(partial(_check, request, flows, tried), limiter=AT_ONCE)
    except (SignInRefused, TooManyTries) as refusal:
        page: Response = _form(request, practice, person, following, refused=refusal)
        cookies.put(request, page, cookies.VISIT_COOKIE, visit)
        return page
    signed_in = await to_thread.run_sync(flows.sessions.check, opened.session)
    page = RedirectResponse(following or home_of(signed_in), 303, HEADERS)
    cookies.put(request, page, cookies.STAFF_COOKIE, opened.session)
    cookies.put(request, page, cookies.DEVICE_COOKIE, opened.device.token)
    return page


def _check(request: Request, flows: Flows, tried: Tried) -> Browser:
    """The browser with its new session. Raises SignInRefused and TooManyTries."""
    presented = cookies.read(request, cookies.DEVICE_COOKIE)[:TOKEN_LIMIT]
    device = flows.sign_in.device(presented, tried.practice, tried.person)
    browser = Browser(device, cookies.read(request, cookies.STAFF_COOKIE)[:TOKEN_LIMIT])
    attempts = attempts_of(request)
    if not device.knows_person:
        attempts.check(request)
    try:
        token = flows.sign_in.sign_in(tried.practice, tried.person, tried.password, browser)
    except SignInRefused:
        if not device.knows_person:
            attempts.count(request)
        raise
    return replace(browser, session=token)


@routes.post("/sign-out")
def sign_out(request: Request, person: Anybody, form: PostedForm, flows: FlowsOfApp) -> Response:
    """End this session, or with `everywhere` all of theirs."""
    del person
    token = cookies.read(request, cookies.STAFF_COOKIE)
    if "everywhere" in form:
        flows.sessions.sign_out_everywhere(token)
    else:
        flows.sessions.sign_out(token)
    page = RedirectResponse("/sign-in", 303, HEADERS)
    cookies.drop(request, page, cookies.STAFF_COOKIE)
    return page


@routes.post("/session/stay")
def stay(person: Anybody, _checked: None = CheckedHeader) -> Response:
    """The person is still there: the session counts as used."""
    del person
    return Response(status_code=204)


@routes.get("/session/token")
def token(request: Request, person: Anybody) -> Response:
    """What a page that was opened in an earlier session needs to send its form in this one."""
    return JSONResponse({"csrf": request.state.csrf, "whose": whose(person)}, headers=HEADERS)


def home_of(person: SignedIn) -> str:
    """The page that somebody sees first."""
    if isinstance(person, OperatorSession):
        return "/ops"
    # Where nothing was set up yet there is nothing in the inbox either.
    if isinstance(person, StaffSession) and person.staff.administers and not person.practice.distribution_version:
        return "/admin/messaging"
    return "/inbox"


def _form(request: Request, practice: str, person: str, following: str, refused: Refusal | None = None) -> Response:
    return render(
        request,
        "sign_in/sign_in.html",
        STATUSES[refused.slug] if refused else 200,
        practice_id=practice,
        person_id=person,
        next=following,
        refused=refused.detail if refused else None,
        ended=refused is None and "ended" in request.query_params,
        chosen=refused is None and "chosen" in request.query_params,
    )


def _page(text: str) -> str:
    return text if RETURN_PATH.fullmatch(text) else ""
