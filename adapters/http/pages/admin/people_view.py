"""Who can sign in, in words."""

from dataclasses import dataclass
from datetime import datetime

from adapters.http.pages.kit.render import when
from router.access.password_links import SentLink
from router.flows.administrator.invitations import Account
from router.messages.notification import Kind
from router.messages.states import NotificationState
from router.practice.people import Practice

EMAIL_STATES = {
    NotificationState.DUE: "The email is waiting to be sent.",
    NotificationState.LEASED: "The email is being sent.",
    NotificationState.SENT: "The mail server accepted the email.",
}


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff: `state` says whether they can sign in, `trouble` why an email did not go out."""

    id: str
    name: str
    title: str
    email: str
    role: str
    state: str
    colour: str
    note: str
    trouble: str
    action: str


def person_of(account: Account, at: datetime, practice: Practice) -> Person:
    """One line of the page; without an `action` there is nothing to send."""
    one, link = account.staff, account.link
    state, colour, action = _state(account, at)
    return Person(
        id=one.id,
        name=one.name,
        title=one.title or "",
        email=one.email or "",
        role="Portal administrator" if one.administers else "Staff",
        state=state,
        colour=colour,
        note=_note(link, at, practice) if link and one.active else "",
        trouble=_trouble(link) if link and one.active and link.works(at) else "",
        action=action if one.email else "",
    )


def _state(account: Account, at: datetime) -> tuple[str, str, str]:
    """The word, its colour, and what can be sent."""
    link = account.link
    if not account.staff.active:
        return "Has left", "", ""
    if account.has_password:
        return "Can sign in", "good", "Send a reset"
    if link is None:
        return "Not invited", "warn", "Invite"
    if link.works(at):
        return "Invited", "info", "Invite again"
    return "Invitation expired", "warn", "Invite again"


def _note(link: SentLink, at: datetime, practice: Practice) -> str:
    """What became of the last link."""
    name = "An invitation" if link.kind is Kind.STAFF_INVITATION else "A reset"
    if link.works(at):
        state = EMAIL_STATES.get(link.state, "")
        return f"{name} works until {when(link.expires_at, practice)}. {state}".strip()
    if link.ended_at is None:
        return f"{name} was not used by {when(link.expires_at, practice)}."
    return ""


def _trouble(link: SentLink) -> str:
    """Why the email did not go out, in the mail server's own words."""
    if link.state is not NotificationState.PARKED:
        return ""
    return f"The mail server refused the email: {link.answer or link.reason}. Is the address right?"
