"""Repositories of keys, sign-ins, sessions and links."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.access.keys import Key
from router.access.password_links import PasswordLink, SentLink
from router.access.portal_links import Link
from router.access.sessions import Holder, Session
from router.access.sign_ins import OperatorAccount


class PasswordLinks(Protocol):
    """The links of all practices."""

    def add(self, practice: str, links: Sequence[PasswordLink]) -> None:
        """Store new links, each with its due notification. Earlier links of the same people stop working."""

    def get(self, digest: str) -> PasswordLink | None:
        """The link with this digest, where it works: not while its email is parked."""

    def take(self, digest: str) -> PasswordLink | None:
        """Like `get`, but use the link up: nobody can take it again."""

    def brought_by(self, practice: str, notifications: Collection[UUID]) -> list[PasswordLink]:
        """The links that these emails bring, which may be others."""

    def renew(self, link: PasswordLink) -> None:
        """Store another generation of a link under its new digest; the previous token stops working."""

    def end(self, practice: str, staff: Iterable[str]) -> None:
        """End all links of these people."""

    def holders(self, practice: str) -> set[str]:
        """The people who have a link that still works."""

    def last(self, practice: str, staff: list[str]) -> Mapping[str, SentLink]:
        """The newest link of each of these people who has ever had one."""


class Keys(Protocol):
    """API keys."""

    def add(self, key: Key) -> None:
        """Store a new key."""

    def get(self, key: str) -> Key | None:
        """The key with this public id, of whatever practice."""

    def all(self, practice: str) -> list[Key]:
        """A practice's keys, oldest first."""

    def revoke(self, practice: str, key: str) -> bool:
        """Revoke it from now on; False if there is no such active key."""


class SignIns(Protocol):
    """Passwords, and how often they were wrong."""

    def password(self, practice: str, staff: str, *, hold: bool = False) -> str | None:
        """The stored hash of somebody's password; None if they have none.

        `hold` locks it until the transaction ends, so that changing it has to wait.
        """

    def set_password(self, practice: str, staff: str, stored: str) -> None:
        """Set it, in place of the one they had."""

    def with_password(self, practice: str) -> set[str]:
        """The staff who have a password."""

    def operator_password(self, operator: str, *, hold: bool = False) -> str | None:
        """Like `password`, for an operator."""

    def add_operator(self, operator: str, stored: str) -> bool:
        """Store a new operator; False when the name is taken."""

    def set_operator_password(self, operator: str, stored: str) -> bool:
        """Set it, in place of the one they had; False when there is no such operator."""

    def operators(self) -> list[OperatorAccount]:
        """All operators, by name."""

    def remove_operator(self, operator: str) -> bool:
        """Delete an operator, who has no session any more; False when there is no such operator."""

    def people_of(self, device: str) -> set[str]:
        """The digests of the people who have signed in from the browser with this digest."""

    def remember_device(self, device: str, person: str) -> None:
        """Record that this person (a digest) has signed in from this browser, and forget browsers unused for long."""

    def tries(self, digest: str) -> tuple[int, datetime] | None:
        """How many attempts failed in a row, and when the next is allowed; locked until the transaction ends."""

    def count_try(self, digest: str, failures: int, next_at: datetime) -> None:
        """Record this count, and forget counts that are older than a day."""

    def forget_tries(self, digest: str) -> None:
        """Forget failed attempts, because the password was right or is new."""


class Sessions(Protocol):
    """Who is signed in."""

    def add(self, session: Session) -> None:
        """Store a new session, and forget those that nobody can use any more."""

    def get(self, digest: str) -> Session | None:
        """The session with this digest."""

    def lasting(self, digests: Collection[str], seen_after: datetime, started_after: datetime) -> set[str]:
        """The sessions of active staff that were used and begun after these times."""

    def see(self, digest: str) -> None:
        """Record that it was used now."""

    def end(self, digest: str) -> None:
        """End it."""

    def end_all(self, holder: Holder) -> int:
        """End all sessions of this holder; returns how many there were."""

    def of(self, holder: Holder) -> list[Session]:
        """The sessions of this holder, newest first, including expired ones."""

    def end_of(self, practice: str, staff: Collection[str], patients: Collection[str]) -> None:
        """End all sessions of these staff, and those in these patients' charts."""


class Links(Protocol):
    """One-time links into the portal."""

    def add(self, link: Link) -> None:
        """Store a new link, and forget those that are too old."""

    def take(self, digest: str) -> Link | None:
        """Use up the link with this digest, so that it works only once; None if there is none that still works."""

    def get(self, digest: str) -> Link | None:
        """Like `take`, but without using the link up."""

    def end_of(self, practice: str, patients: Collection[str]) -> None:
        """End all links into these patients' charts."""
