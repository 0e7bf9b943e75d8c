"""Whoever acts for a practice may still do so when their turn comes: their role may have ended while they waited."""

from router.actors import Actor, ActorKind
from router.errors import Forbidden, Invalid
from router.practice.availability import Staffing
from router.practice.people import Staff


def check_administers(staffing: Staffing, by: Actor) -> None:
    """Raise Forbidden for staff who aren't active portal administrators; keys, commands and operators have no role.

    `staffing` is read under the lock of the act: a page's session was checked before that.
    """
    if by.kind is ActorKind.STAFF and by.id not in staffing.administrators():
        raise Forbidden("Only portal administrators can do this.")


def check_administers_or_is(staffing: Staffing, by: Actor, staff: str) -> None:
    """The same for what people also do for themselves, while they work here."""
    if by.id != staff or not staffing.is_active(staff):
        check_administers(staffing, by)


def check_keeps_own_role(known: Staff, changed: Staff, by: Actor) -> None:
    """Raise Invalid for administrators who give up their own role, so that one always stays, whoever acts first."""
    if by.kind is ActorKind.STAFF and by.id == known.id and known.administers and not changed.administers:
        raise Invalid.at("roles", "is your own role: another portal administrator has to remove it")
