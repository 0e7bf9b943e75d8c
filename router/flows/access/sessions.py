"""Sessions: checking whose they are, at every request, and ending them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from router.access.sessions import (
    LONGEST_SESSION,
    Holder,
    OperatorSession,
    PatientSession,
    Session,
    SessionEnded,
    SignedIn,
    StaffSession,
)
from router.access.tokens import digest
from router.actors import Actor, ActorKind
from router.audit import INSTALLATION, Action, AuditEntry
from router.errors import NotFound
from router.ports.services import Ids
from router.ports.unit_of_work import Database, UnitOfWork

# So much of the idle time may go unrecorded, so that not every look at a page writes.
GRAIN = 30


def start(work: UnitOfWork, ids: Ids, holder: Holder, token: str = "") -> str:
    """Begin a session in the caller's transaction; returns its token, by default a new one, which is not stored."""
    token = token or ids.secret()
    work.sessions.add(Session(digest(token), holder, work.now(), work.now()))
    return token


def end(work: UnitOfWork, token: str) -> None:
    """End a session in the caller's transaction; does nothing if it has already ended."""
    session = work.sessions.get(digest(token)) if token else None
    if session is not None:
        work.sessions.end(session.digest)
        work.audit.add([_ended(session.holder, Action.SIGNED_OUT)])


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session as its holder sees it; `here` marks the one they are using."""

    digest: str = field(repr=False)
    started_at: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class KeepSessions:
    """Checks sessions and ends them; `idle` is how long one lasts without being used."""

    database: Database
    idle: timedelta

    def check(self, token: str, *, used: bool = True) -> SignedIn:
        """Return whose session this is, and record that it was used, unless the request only watches.

        Raises SessionEnded if there is none, it was idle for too long, or the person has left.
        """
        key = digest(token)
        with self.database.look() as work:
            session = work.sessions.get(key)
            signed_in = _whose(work, session) if session and self._lasts(work, session) else None
            is_due = session is not None and work.now() - session.seen_at > self.idle / GRAIN
        if session is not None and (signed_in is None or (used and is_due)):
            with self.database.begin() as work:
                if signed_in is None:
                    work.sessions.end(key)
                else:
                    work.sessions.see(key)
                work.commit()
        if signed_in is None:
            raise SessionEnded("The session has ended.")
        return signed_in

    def _lasts(self, work: UnitOfWork, session: Session) -> bool:
        return work.now() - session.seen_at < self.idle and work.now() - session.started_at < LONGEST_SESSION

    def sign_out(self, token: str) -> None:
        """End one session; does nothing where it has ended."""
        with self.database.begin() as work:
            end(work, token)
            work.commit()

    def own(self, token: str) -> list[OwnSession]:
        """All sessions of this session's owner, newest first."""
        with self.database.look() as work:
            own = work.sessions.get(digest(token))
            found = work.sessions.of(own.holder) if own is not None else []
            here = digest(token)
            return [
                OwnSession(session.digest, session.started_at, session.seen_at, session.digest == here)
                for session in found
                if self._lasts(work, session)
            ]

    def end_own(self, token: str, ended: str) -> None:
        """End one of the holder's own sessions, by its digest. Raises NotFound if it isn't theirs or has ended."""
        with self.database.begin() as work:
            own, other = work.sessions.get(digest(token)), work.sessions.get(ended)
            if own is None or other is None or own.holder != other.holder:
                raise NotFound("This session has ended.")
            work.sessions.end(ended)
            work.audit.add([_ended(other.holder, Action.SIGNED_OUT)])
            work.commit()

    def sign_out_everywhere(self, token: str) -> int:
        """End all sessions of this session's owner; returns how many."""
        with self.database.begin() as work:
            session = work.sessions.get(digest(token))
            if session is None:
                return 0
            ended = work.sessions.end_all(session.holder)
            work.audit.add([_ended(session.holder, Action.SIGNED_OUT_EVERYWHERE)])
            work.commit()
        return ended


def actor_of(holder: Holder) -> Actor:
    """How a holder appears in the audit."""
    kinds = (
        (ActorKind.STAFF, holder.staff),
        (ActorKind.OPERATOR, holder.operator),
        (ActorKind.AUTHORIZED_USER, holder.authorized_user),
        (ActorKind.PATIENT, holder.patient),
    )
    return next(Actor(kind, one) for kind, one in kinds if one is not None)


def _ended(holder: Holder, action: Action) -> AuditEntry:
    actor = actor_of(holder)
    return AuditEntry(holder.practice or INSTALLATION, actor, action, holder.patient or actor.id)


def _whose(work: UnitOfWork, session: Session) -> SignedIn | None:
    """The person as they are now; None if they have left."""
    holder = session.holder
    if holder.operator is not None:
        return OperatorSession(holder.operator)
    practice = work.practices.get(holder.practice or INSTALLATION)
    if practice is None:
        return None
    if holder.staff is not None:
        staff = work.roster.staffing(practice).members.get(holder.staff)
        return StaffSession(practice, staff) if staff is not None and staff.active else None
    patient = work.roster.patients(practice.id, [holder.patient or ""]).get(holder.patient or "")
    if patient is None or not patient.active:
        return None
    if holder.authorized_user is None:
        return PatientSession(practice, patient, None)
    user = patient.authorized_user(holder.authorized_user)
    return PatientSession(practice, patient, user) if user is not None else None
