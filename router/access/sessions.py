"""Who is signed in: the sessions of staff, operators and patients."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from router.actors import Actor, ActorKind
from router.errors import Refusal
from router.practice.people import AuthorizedUser, Patient, Practice, Staff

# However busy somebody is, they sign in again after a working day.
LONGEST_SESSION = timedelta(hours=12)


class SessionEnded(Refusal):
    """There is no session, or it has ended: by itself, by signing out, or because the person has left."""

    slug = "session-ended"
    title = "Sign in to continue"


@dataclass(frozen=True, slots=True)
class Holder:
    """The owner of a session: a member of staff, an operator, or a patient, for whom an authorized user may act."""

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
