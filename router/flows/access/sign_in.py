"""Signing in with a password, and setting one."""

from dataclasses import dataclass

from router.access.sessions import Holder
from router.access.sign_in_names import operator_meant, person_meant, practice_meant
from router.access.sign_ins import (
    PASSWORD_LONGEST,
    Browser,
    Device,
    OperatorAccount,
    SignInRefused,
)
from router.access.tokens import digest
from router.actors import Actor, ActorKind
from router.audit import INSTALLATION, Action, AuditEntry
from router.errors import Conflict, Invalid, NotFound
from router.flows.access.sessions import end, start
from router.flows.passwords import count_try, device_digest, hash_new, person_digest, store_password, stored_password
from router.ports.services import Ids, Passwords
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.roster_rules import ID_LIMIT, NAME_LIMIT
from router.text import problem_with
from router.text.folding import fold

# What somebody typed who is not known may be a password in the wrong field: it is not recorded.
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Opens sessions for people with a valid password. Hashing is slow, so it is done outside of any transaction."""

    database: Database
    ids: Ids
    passwords: Passwords

    def device(self, token: str, practice: str, person: str) -> Device:
        """Return the browser whose cookie holds this token; it gets a new token if nobody has signed in from it yet."""
        with self.database.look() as work:
            practice, person = _meant(work, practice, person)
            people = work.sign_ins.people_of(digest(token)) if token else set()
        return Device(token if people else self.ids.secret(), person_digest(practice, person) in people)

    def sign_in(self, practice: str, person: str, password: str, browser: Browser | None = None) -> str:
        """Begin a session of a member of staff, or of an operator if no practice is given; returns its token.

        The practice is given by id or name and the person by id or email address, ignoring case. The browser's previous
        session ends. Raises SignInRefused, alike for unknown and known people, and TooManyTries. An attempt is counted
        before the password is checked, so that simultaneous attempts get no more tries than consecutive ones.
        """
        with self.database.begin() as work:
            practice, person = _meant(work, practice, person)
            asked = _counted_as(practice, person, browser)
            failures = count_try(work, asked)
            stored = stored_password(work, practice, person)
            work.commit()
        fits = self.passwords.verify(password[: PASSWORD_LONGEST + 1], stored)
        holder = Holder(practice, staff=person) if practice else Holder(operator=person)
        with self.database.begin() as work:
            # While it was compared, it may have been replaced, and the sessions that it had opened ended.
            is_current = fits and stored_password(work, practice, person, hold=True) == stored
            if not is_current or not _may(work, holder):
                work.audit.add([_refusal(work, holder, failures, known=stored is not None)])
                work.commit()
                raise SignInRefused("The practice, name or password is wrong.")
            work.sign_ins.forget_tries(asked)
            if browser is not None:
                work.sign_ins.remember_device(digest(browser.device.token), person_digest(practice, person))
                end(work, browser.session)
            token = start(work, self.ids, holder)
            kind = ActorKind.STAFF if practice else ActorKind.OPERATOR
            work.audit.add([AuditEntry(practice or INSTALLATION, Actor(kind, person), Action.SIGNED_IN, person)])
            work.commit()
        return token

    def set_password(self, practice: str, staff: str, password: str, by: Actor) -> None:
        """Set the password that somebody signs in with, and end their sessions.

        Raises Invalid for an unacceptable password (see hash_new), and NotFound for staff who are unknown or have left.
        """
        stored = hash_new(self.passwords, password, practice, staff)
        with self.database.begin() as work:
            tenant = work.practices.get(practice)
            if tenant is None or not work.roster.staffing(tenant).is_active(staff):
                raise NotFound.at("staff", "is not an active member of the practice's staff")
            store_password(work, practice, staff, stored)
            work.audit.add([AuditEntry(practice, by, Action.PASSWORD_SET, staff)])
            work.commit()

    def create_operator(self, name: str, password: str, by: Actor) -> None:
        """Make an operator. Raises Invalid with the field, and Conflict when the name is taken."""
        wrong = problem_with(name, min(ID_LIMIT, NAME_LIMIT))
        if wrong:
            raise Invalid.at("name", wrong)
        stored, name = hash_new(self.passwords, password, name), name.strip()
        with self.database.begin() as work:
            if not work.sign_ins.add_operator(name, stored):
                raise Conflict.at("name", "is taken by another operator")
            work.sign_ins.forget_tries(person_digest("", name))
            work.audit.add([AuditEntry(INSTALLATION, by, Action.OPERATOR_CREATED, name)])
            work.commit()

    def set_operator_password(self, name: str, password: str, by: Actor) -> None:
        """Change an operator's password, and end their sessions.

        Raises Invalid for an unacceptable password (see hash_new), and NotFound for an unknown operator.
        """
        stored, name = hash_new(self.passwords, password, name), name.strip()
        with self.database.begin() as work:
            if not work.sign_ins.set_operator_password(name, stored):
                raise NotFound.at("name", "is not an operator")
            work.sign_ins.forget_tries(person_digest("", name))
            work.sessions.end_all(Holder(operator=name))
            work.audit.add([AuditEntry(INSTALLATION, by, Action.PASSWORD_SET, name)])
            work.commit()

    def operators(self) -> list[OperatorAccount]:
        """All operators, by name."""
        with self.database.look() as work:
            return work.sign_ins.operators()

    def remove_operator(self, name: str, by: Actor) -> None:
        """Remove an operator and end their sessions. Raises NotFound for an unknown operator."""
        name = name.strip()
        with self.database.begin() as work:
            # Held first, as by signing in: no session can begin after these have ended.
            if stored_password(work, "", name, hold=True) is None:
                raise NotFound.at("name", "is not an operator")
            work.sessions.end_all(Holder(operator=name))
            work.sign_ins.remove_operator(name)
            work.sign_ins.forget_tries(person_digest("", name))
            work.audit.add([AuditEntry(INSTALLATION, by, Action.OPERATOR_REMOVED, name)])
            work.commit()


def _counted_as(practice: str, person: str, browser: Browser | None) -> str:
    """What failures are counted under: the browser if the person has signed in from it before, otherwise the name."""
    if browser is not None and browser.device.knows_person:
        return device_digest(browser.device.token, practice, person)
    return person_digest(practice, person)


def _meant(work: UnitOfWork, practice: str, person: str) -> tuple[str, str]:
    """The ids that were meant; text that matches nobody is folded, so that its failures are counted together."""
    if not practice:
        return "", operator_meant(person, [known.name for known in work.sign_ins.operators()]) or fold(person)
    tenant = practice_meant(practice, work.practices.all())
    if tenant is None:
        return fold(practice), fold(person)
    member = person_meant(person, work.roster.staffing(tenant).members.values())
    return tenant.id, member.id if member else fold(person)


def _may(work: UnitOfWork, holder: Holder) -> bool:
    """Whether somebody with the right password still exists and is active."""
    if holder.staff is None or holder.practice is None:
        return True
    tenant = work.practices.get(holder.practice)
    return tenant is not None and work.roster.staffing(tenant).is_active(holder.staff)


def _refusal(work: UnitOfWork, holder: Holder, failures: int, *, known: bool) -> AuditEntry:
    tenant = work.practices.get(holder.practice) if holder.practice else None
    person = (holder.staff or holder.operator or UNKNOWN) if known else UNKNOWN
    kind = ActorKind.STAFF if holder.practice else ActorKind.OPERATOR
    practice = tenant.id if tenant else INSTALLATION
    return AuditEntry(practice, Actor(kind, person), Action.SIGN_IN_REFUSED, person, {"tries": failures})
