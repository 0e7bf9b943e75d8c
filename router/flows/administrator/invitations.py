"""Inviting staff and resetting passwords by an emailed link that works once and expires after three days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from router.access.password_links import LINK_LIFE, LINK_PAUSE, PasswordLink, SentLink
from router.access.portal_links import LinkSpent
from router.access.sign_in_names import person_meant, practice_meant
from router.access.tokens import digest
from router.actors import Actor, ActorKind
from router.audit import Action, AuditEntry
from router.errors import Conflict, NotFound
from router.flows.passwords import hash_new, store_password
from router.flows.practice import known_practice
from router.messages.notification import Kind
from router.ports.services import Hints, Ids, LinkTokens, Passwords
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.availability import Staffing
from router.practice.people import Practice, Staff
from router.text import has_visible
from router.text.folding import fold, is_person, searchable, words_of


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff, whether they have a password, and the last link that they were sent."""

    staff: Staff
    has_password: bool
    link: SentLink | None


@dataclass(frozen=True, slots=True)
class Accounts:
    """Some of the staff, active ones first, as of one moment.

    `found` counts everybody who matches; `waiting` counts the staff whom `send_all` would invite.
    """

    at: datetime
    shown: Sequence[Account]
    found: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Invited:
    """The owner of a link."""

    practice: Practice
    staff: Staff
    kind: Kind


@dataclass(frozen=True, slots=True)
class Invite:
    """Sends links with which staff choose a password. Tokens aren't stored: the worker derives them again."""

    database: Database
    hints: Hints
    ids: Ids
    passwords: Passwords
    tokens: LinkTokens

    def accounts(self, practice: str, wanted: str, skip: int, limit: int) -> Accounts:
        """The staff whose name, title, id or address contains this; `skip` and `limit` select a page."""
        with self.database.look() as work:
            staffing = work.roster.staffing(known_practice(work, practice))
            found = _search(staffing, wanted)
            page = found[skip : skip + limit]
            links = work.password_links.last(practice, [member.id for member in page])
            known = work.sign_ins.with_password(practice)
            shown = [Account(member, member.id in known, links.get(member.id)) for member in page]
            return Accounts(work.now(), shown, len(found), len(_waiting(work, practice, staffing)))

    def account(self, practice: str, staff: str) -> Account | None:
        """One of them; None for somebody unknown."""
        with self.database.look() as work:
            person = work.roster.staffing(known_practice(work, practice)).members.get(staff)
            if person is None:
                return None
            link = work.password_links.last(practice, [staff]).get(staff)
            return Account(person, staff in work.sign_ins.with_password(practice), link)

    def send(self, practice: str, staff: str, by: Actor) -> Invited:
        """Send somebody a link: an invitation, or a reset where they have a password. Earlier links end.

        Raises NotFound for somebody unknown or who has left, and Conflict for somebody without an address.
        """
        with self.database.begin() as work:
            tenant = known_practice(work, practice)
            person = _active(work, tenant, staff)
            if person is None:
                raise NotFound.at("staff", "is not an active member of the practice's staff")
            if person.email is None:
                raise Conflict.at("staff", "has no email address")
            known = work.sign_ins.password(practice, staff) is not None
            kind = Kind.PASSWORD_RESET if known else Kind.STAFF_INVITATION
            self._add(work, practice, [staff], kind, by)
            work.commit()
        self.hints.notify()
        return Invited(tenant, person, kind)

    def send_all(self, practice: str, by: Actor) -> int:
        """Invite everybody who has an address, but neither a password nor a link that works; returns how many."""
        with self.database.begin() as work:
            waiting = _waiting(work, practice, work.roster.staffing(known_practice(work, practice)))
            self._add(work, practice, waiting, Kind.STAFF_INVITATION, by)
            work.commit()
        self.hints.notify()
        return len(waiting)

    def send_forgotten(self, practice: str, person: str) -> None:
        """Send a link to somebody who has forgotten their password, named as for signing in.

        Neither the result nor an error shows what was found, so nobody can learn who exists. Nothing is sent to people
        who can't sign in yet and were never invited, and no second link is sent within a few minutes.
        """
        with self.database.begin() as work:
            tenant = practice_meant(practice, work.practices.all())
            member = person_meant(person, work.roster.staffing(tenant).members.values()) if tenant else None
            kind = _due(work, tenant, member) if tenant and member and member.active and member.email else None
            if tenant is None or member is None or kind is None:
                return
            self._add(work, tenant.id, [member.id], kind, Actor(ActorKind.STAFF, member.id))
            work.commit()
        self.hints.notify()

    def _add(self, work: UnitOfWork, practice: str, staff: list[str], kind: Kind, by: Actor) -> None:
        expires, links = work.now() + LINK_LIFE, []
        for member in staff:
            notification = self.ids.new()
            links.append(
                PasswordLink(practice, member, notification, kind, digest(self.tokens.of(notification)), expires)
            )
        work.password_links.add(practice, links)
        work.audit.add(
            [AuditEntry(practice, by, Action.PASSWORD_LINK_SENT, link.staff, _details(link)) for link in links]
        )

    def whose(self, token: str) -> Invited:
        """Return the owner of this link. Raises LinkSpent if it no longer works or never was a link."""
        with self.database.look() as work:
            return _invited(work, work.password_links.get(digest(token)))

    def choose(self, token: str, password: str) -> Invited:
        """Use up the link: from now on its owner signs in with this password. Ends their sessions.

        Raises Invalid for an unacceptable password, which leaves the link usable, and LinkSpent.
        """
        owner = self.whose(token)
        known = (owner.practice.id, owner.staff.id, owner.staff.name, owner.staff.email or "")
        stored = hash_new(self.passwords, password, *filter(None, known))
        with self.database.begin() as work:
            link = work.password_links.take(digest(token))
            invited = _invited(work, link)
            practice, staff = invited.practice.id, invited.staff.id
            store_password(work, practice, staff, stored)
            details = {"kind": invited.kind.value}
            by = Actor(ActorKind.STAFF, staff)
            work.audit.add([AuditEntry(practice, by, Action.PASSWORD_LINK_USED, staff, details)])
            work.commit()
        return invited


def _due(work: UnitOfWork, tenant: Practice, member: Staff) -> Kind | None:
    """The kind of link to send to somebody who forgot their password; None: none now."""
    last = work.password_links.last(tenant.id, [member.id]).get(member.id)
    if last is not None and work.now() - last.made_at < LINK_PAUSE:
        return None
    if work.sign_ins.password(tenant.id, member.id) is not None:
        return Kind.PASSWORD_RESET
    return Kind.STAFF_INVITATION if last is not None else None


def _active(work: UnitOfWork, tenant: Practice, staff: str) -> Staff | None:
    person = work.roster.staffing(tenant).members.get(staff)
    return person if person is not None and person.active else None


def _invited(work: UnitOfWork, link: PasswordLink | None) -> Invited:
    """The owner of a link, as long as they are there."""
    if link is not None:
        tenant = known_practice(work, link.practice)
        person = _active(work, tenant, link.staff)
        if person is not None:
            return Invited(tenant, person, link.kind)
    raise LinkSpent(
        "It was used, replaced by a newer one, or has expired. Ask your portal administrator for another. "
        "If you have just chosen your password, sign in with it."
    )


def _details(link: PasswordLink) -> dict[str, str | int | bool | list[str]]:
    return {"kind": link.kind.value, "notification": str(link.notification)}


def _waiting(work: UnitOfWork, practice: str, staffing: Staffing) -> list[str]:
    """People who could be invited and have no invitation that still works."""
    there = {member.id for member in staffing.members.values() if member.active and member.email is not None}
    return sorted(there - work.sign_ins.with_password(practice) - work.password_links.holders(practice))


def _search(staffing: Staffing, wanted: str) -> list[Staff]:
    everybody = staffing.members.values()
    words, is_asked = words_of(wanted), has_visible(wanted)
    found = [one for one in everybody if not is_asked or is_person(words, searchable(_texts(one)))]
    return sorted(found, key=lambda one: (not one.active, fold(one.name), one.id))


def _texts(one: Staff) -> tuple[str | None, ...]:
    return one.name, one.title, one.id, one.email
