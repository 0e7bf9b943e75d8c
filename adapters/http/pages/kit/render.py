"""Templates to pages: what every page is given, and the headers that it carries."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from adapters.http.pages.kit import static_files
from adapters.http.pages.kit.form_values import FieldsAsWritten
from adapters.http.pages.kit.telephone import with_links
from router.access.sessions import OperatorSession, PatientSession, SignedIn, StaffSession
from router.practice.people import Practice
from router.text.dates import date_in_words, moment_in_words
from router.text.showing import balanced, isolated

if TYPE_CHECKING:
    from adapters.http.pages.kit.overdue_counts import OverdueCounts

TEMPLATES = Path(__file__).parents[1] / "templates"
# The list of which the navigation shows the length.
OVERDUE = "/admin/overdue"

# Scripts and styles come from files of ours alone; nothing is loaded from elsewhere, and nobody may frame a page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the navigation; `here` says whether the page belongs to it."""

    label: str
    address: str
    here: bool


def when(at: datetime, practice: Practice | None) -> str:
    """A moment in the practice's zone, unambiguous in every country: `Mon 2 Mar 2026, 12:05 CST`."""
    return moment_in_zone(at, zone_of(practice))


def local_day(at: datetime, practice: Practice | None) -> str:
    """The date of a moment in the practice's zone: `2 Mar 2026`."""
    return day_in_zone(at, zone_of(practice))


def zone_of(practice: Practice | None) -> str:
    """The practice's time zone; UTC for pages that belong to no practice."""
    return practice.time_zone if practice else "UTC"


def moment_in_zone(at: datetime, time_zone: str) -> str:
    """A moment in another zone, such as that of a site, likewise."""
    return moment_in_words(at.astimezone(ZoneInfo(time_zone)))


def day_in_zone(at: datetime, time_zone: str) -> str:
    """The date of a moment there."""
    return date_in_words(at.astimezone(ZoneInfo(time_zone)).date())


def contained(value: object) -> object:
    """A text whose controls of direction end where it ends; within `<bdi>` it then rearranges nothing around it.

    Markup is what macros made of such texts, or of the values of fields, which stay as they were written.
    """
    return balanced(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def breakable(address: str) -> Markup:
    """An email address that breaks after its @ where it doesn't fit, or before that at a dot, not in a word."""
    name, at, domain = str(escape(balanced(address))).rpartition("@")
    return Markup(f"{name.replace('.', '<wbr>.')}{at}<wbr>{domain}")  # noqa: S704 - it was escaped.


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=contained,
        extensions=[FieldsAsWritten],
    )
    made.globals["static"] = static_files.address
    made.filters["when"] = moment_in_zone
    made.filters["day"] = date_in_words
    made.filters["local_day"] = day_in_zone
    made.filters["breakable"] = breakable
    made.filters["with_links"] = with_links
    # For where no markup can stand: options, and the labels of buttons.
    made.filters["isolated"] = isolated
    return made


PAGES = _environment()


def menu_of(signed_in: SignedIn | None, path: str) -> list[MenuItem]:
    """The pages that this person may open."""
    match signed_in:
        case StaffSession(staff=staff) if staff.administers:
            items = [("Inbox", "/inbox", "/inbox"), ("Settings", "/admin/messaging", "/admin")]
        case StaffSession():
            items = [("Inbox", "/inbox", "/inbox")]
        case OperatorSession():
            items = [("Operations", "/ops", "/ops")]
        case PatientSession():
            items = [("Messages", "/portal", "/portal")]
        case _:
            items = []
    return [MenuItem(label, address, path.startswith(below)) for label, address, below in items]


def whose(signed_in: SignedIn | None) -> str:
    """A value by which scripts check that a kept text belongs to the same person and the same chart."""
    if signed_in is None:
        return ""
    actor, chart = signed_in.actor, signed_in.patient.id if isinstance(signed_in, PatientSession) else ""
    practice = "" if isinstance(signed_in, OperatorSession) else signed_in.practice.id
    return sha256(repr((practice, actor.kind.value, actor.id, chart)).encode()).hexdigest()[:16]


def _overdue_count(request: Request, signed_in: SignedIn | None) -> int:
    """How many messages of the practice are overdue, for the navigation of its administrators."""
    if not isinstance(signed_in, StaffSession):
        return 0
    counts = cast("OverdueCounts", request.app.state.overdue_counts)
    return counts.of(signed_in.practice.id, anew=request.url.path == OVERDUE)


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - templates take any.
    """The page. Besides `values` its template knows who looks (`person`, `practice`), `menu`, `csrf` and `parts`.

    All moments on it are in one zone: `time_zone` of the values, on a page about one site's conversation, else the
    practice's.
    """
    signed_in: SignedIn | None = getattr(request.state, "signed_in", None)
    practice = signed_in.practice if isinstance(signed_in, StaffSession | PatientSession) else None
    given: dict[str, Any] = {
        "person": signed_in,
        "is_patient": isinstance(signed_in, PatientSession),
        "practice": practice,
        "time_zone": values.get("time_zone", zone_of(practice)),
        "menu": menu_of(signed_in, request.url.path),
        "whose": whose(signed_in),
        "csrf": getattr(request.state, "csrf", ""),
        "idle_seconds": int(request.app.state.page_settings.idle.total_seconds()),
        # Whether a form was answered with this page, to which a browser can't go back without sending it again.
        "posted": request.method == "POST",
        "errors": {},
        "overdue_count": partial(_overdue_count, request, signed_in),
    }
    parts = PAGES.get_template("kit/parts.html").make_module(given)
    page = PAGES.get_template(template).render({"parts": parts} | given | values)
    return HTMLResponse(page, status, HEADERS)
