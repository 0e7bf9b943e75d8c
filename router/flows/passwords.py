"""What a new password of a member of staff changes; shared by the use cases that set one."""

from router.access.sessions import Holder
from router.access.tokens import digest
from router.ports.unit_of_work import UnitOfWork


def tries_digest(practice: str, person: str) -> str:
    """The digest under which failed sign-ins are counted; `practice` is empty for an operator."""
    return digest(f"{practice}\n{person}")


def store_password(work: UnitOfWork, practice: str, staff: str, stored: str) -> None:
    """Replace the password, end the sessions and links that the old one allowed, and forget failed sign-ins.

    `stored` is the hash; see router.ports.services.Passwords.
    """
    work.sign_ins.set_password(practice, staff, stored)
    work.sign_ins.forget_tries(tries_digest(practice, staff))
    work.sessions.end_all(Holder(practice, staff=staff))
    work.password_links.end(practice, [staff])
