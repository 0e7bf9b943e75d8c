"""Storing new passwords and counting failed attempts; shared by signing in and invitations."""

from math import ceil

from router.access.sessions import Holder
from router.access.sign_ins import TooManyTries, check_password, wait_after
from router.access.tokens import digest
from router.errors import Invalid
from router.ports.services import Passwords
from router.ports.unit_of_work import UnitOfWork

# What those who guess try first, after the person's own words.
SERVICE = "careroute"


def person_digest(practice: str, person: str) -> str:
    """The digest under which somebody's failed sign-ins are counted; `practice` is empty for an operator."""
    return digest(f"{practice}\n{person}")


def device_digest(device: str, practice: str, person: str) -> str:
    """The digest under which failed sign-ins from a browser that the person has signed in from are counted."""
    return digest(f"{practice}\n{person}\n{device}")


def count_try(work: UnitOfWork, asked: str) -> int:
    """Count one more failure, which a correct password cancels. Raises TooManyTries if this attempt must wait."""
    failures, next_at = work.sign_ins.tries(asked) or (0, work.now())
    # Tries at the same time began at slightly different moments: without a wait that is no reason to refuse one.
    if wait_after(failures) and work.now() < next_at:
        seconds = ceil((next_at - work.now()).total_seconds())
        wait = f"{seconds} seconds" if seconds < 90 else f"{ceil(seconds / 60)} minutes"  # noqa: PLR2004 - in words.
        raise TooManyTries(f"Too many failed sign-ins. Wait {wait}, then try again.")
    work.sign_ins.count_try(asked, failures + 1, work.now() + wait_after(failures + 1))
    return failures + 1


def stored_password(work: UnitOfWork, practice: str, person: str, *, hold: bool = False) -> str | None:
    """Return the stored hash of a password; `practice` is empty for an operator. See SignIns.password for `hold`."""
    if practice:
        return work.sign_ins.password(practice, person, hold=hold)
    return work.sign_ins.operator_password(person, hold=hold)


def hash_new(passwords: Passwords, password: str, *known: str) -> str:
    """Return the hash of a new password; `known` are words that are easy to guess, such as the person's name.

    This is slow, so no transaction may be open. Raises Invalid for one that is too short, too long, or easy to guess.
    """
    check_password(password)
    if passwords.is_common(password, (*known, SERVICE)):
        raise Invalid.at("password", "is too common: choose another, such as several words")
    return passwords.hash(password)


def store_password(work: UnitOfWork, practice: str, staff: str, stored: str) -> None:
    """Replace the password, end the sessions and links that the old one allowed, and forget failed sign-ins.

    `stored` is the hash; see router.ports.services.Passwords.
    """
    work.sign_ins.set_password(practice, staff, stored)
    work.sign_ins.forget_tries(person_digest(practice, staff))
    work.sessions.end_all(Holder(practice, staff=staff))
    work.password_links.end(practice, [staff])
