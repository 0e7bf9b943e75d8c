"""Who is signed in: sessions, passwords, failed tries and one-time links, and what the database keeps of them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from router.actors import Actor, ActorKind
from router.errors import Refusal
from router.people import AuthorizedUser, Patient, Practice, Staff

PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 200
LINK_LIFE = timedelta(minutes=5)
# However busy somebody is, they sign in again after a working day.
LONGEST_SESSION = timedelta(hours=12)

# How long the next try must wait once so many went wrong in a row; read from the top, the first that fits counts.
WAITS: tuple[tuple[int, timedelta], ...] = (
    (10, timedelta(minutes=15)),
    (8, timedelta(minutes=2)),
    (6, timedelta(seconds=30)),
    (5, timedelta(seconds=10)),
    (3, timedelta(seconds=2)),
    (0, timedelta()),
)


class SignInRefused(Refusal):
    """Practice, name and password don't belong together; which of them is wrong is not told."""

    slug = "sign-in-refused"
    title = "The sign-in was refused"


class TooManyTries(Refusal):
    """So many tries went wrong that the next one must wait."""

    slug = "too-many-tries"
    title = "Too many tries"


class SessionEnded(Refusal):
    """There is no session, or it has ended: by itself, by signing out, or because the person has left."""

    slug = "session-ended"
    title = "Sign in to go on"


class LinkSpent(Refusal):
    """The link was used before, is too old, or never was one."""

    slug = "link-spent"
    title = "This link does not work any more"


def wait_after(failures: int) -> timedelta:
    """How long the next try must wait after so many failures in a row."""
    return next(wait for least, wait in WAITS if failures >= least)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a session is: one member of staff, one operator, or one patient, for whom an authorized user may act."""

    practice: str | None = None
    staff: str | None = None
    operator: str | None = None
    patient: str | None = None
    authorized_user: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it is stored: under a digest of its token, which only the browser has."""

    digest: str = field(repr=False)
    holder: Holder
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A member of staff who is signed in."""

    practice: Practice
    staff: Staff

    @property
    def actor(self) -> Actor:
        """How they appear in the audit."""
        return Actor(ActorKind.STAFF, self.staff.id)

    @property
    def name(self) -> str:
        """How the page greets them."""
        return self.staff.name


@dataclass(frozen=True, slots=True)
class OperatorSession:
    """An operator who is signed in."""

    operator: str

    @property
    def actor(self) -> Actor:
        """How they appear in the audit."""
        return Actor(ActorKind.OPERATOR, self.operator)

    @property
    def name(self) -> str:
        """How the page greets them."""
        return self.operator


@dataclass(frozen=True, slots=True)
class PatientSession:
    """A patient in the portal, or an authorized user (`user`) who acts for them."""

    practice: Practice
    patient: Patient
    user: AuthorizedUser | None

    @property
    def actor(self) -> Actor:
        """How they appear in the audit."""
        if self.user is not None:
            return Actor(ActorKind.AUTHORIZED_USER, self.user.id)
        return Actor(ActorKind.PATIENT, self.patient.id)

    @property
    def acting(self) -> str | None:
        """The authorized user's id, as the flows take it; None for the patient."""
        return self.user.id if self.user is not None else None

    @property
    def name(self) -> str:
        """How the page greets them."""
        return self.user.name if self.user is not None else self.patient.name


SignedIn = StaffSession | OperatorSession | PatientSession


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link into the portal, stored under a digest."""

    digest: str = field(repr=False)
    practice: str
    patient: str
    authorized_user: str | None
    expires_at: datetime


class SignIns(Protocol):
    """Passwords, and how often they were wrong."""

    def password(self, practice: str, staff: str) -> str | None:
        """What is stored of somebody's password; None when they have none."""

    def set_password(self, practice: str, staff: str, stored: str) -> None:
        """Set it, in place of the one they had."""

    def with_password(self, practice: str) -> set[str]:
        """The staff who have one."""

    def operator_password(self, operator: str) -> str | None:
        """The same of an operator."""

    def add_operator(self, operator: str, stored: str) -> bool:
        """Store a new operator; False when the name is taken."""

    def set_operator_password(self, operator: str, stored: str) -> bool:
        """Set it, in place of the one they had; False when there is no such operator."""

    def tries(self, digest: str) -> tuple[int, datetime] | None:
        """How many tries went wrong in a row and from when the next may be; held until the transaction ends."""

    def count_try(self, digest: str, failures: int, next_at: datetime) -> None:
        """Remember that, and forget what is older than a day."""

    def forget_tries(self, digest: str) -> None:
        """The password was right, or is new."""


class Sessions(Protocol):
    """Who is signed in."""

    def add(self, session: Session) -> None:
        """Store a new session, and forget those that nobody can use any more."""

    def get(self, digest: str) -> Session | None:
        """The session with this digest."""

    def lasting(self, digests: Collection[str], seen_after: datetime, started_after: datetime) -> set[str]:
        """Those of staff who have not left that were used, and begun, after these moments."""

    def see(self, digest: str) -> None:
        """It was used now."""

    def end(self, digest: str) -> None:
        """It is over."""

    def end_all(self, holder: Holder) -> int:
        """All sessions of this holder are over; says how many there were."""


class Links(Protocol):
    """One-time links into the portal."""

    def add(self, link: Link) -> None:
        """Store a new link, and forget those that are too old."""

    def take(self, digest: str) -> Link | None:
        """The link with this digest, which nobody can take again; None where there is none that still works."""
