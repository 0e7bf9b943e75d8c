"""Repositories of keys, sign-ins, sessions and links."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

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
        """The same, and nobody can take it again."""

    def parked(self, practice: str) -> list[PasswordLink]:
        """The links whose emails are parked."""

    def renew(self, link: PasswordLink) -> None:
        """Store another generation of a link under its new digest: the token before opens nothing any more."""

    def end(self, practice: str, staff: Iterable[str]) -> None:
        """No link of these people works any more."""

    def holders(self, practice: str) -> set[str]:
        """Who has a link that still works."""

    def last(self, practice: str, staff: list[str]) -> Mapping[str, SentLink]:
        """The newest link of each of them who ever had one."""


class Keys(Protocol):
    """API keys."""

    def add(self, key: Key) -> None:
        """Store a new key."""

    def get(self, key: str) -> Key | None:
        """The key with this public id, of whatever practice."""

    def all(self, practice: str) -> list[Key]:
        """A practice's keys, oldest first."""

    def revoke(self, practice: str, key: str) -> bool:
        """Revoke it from now on; False when there is no such key in force."""


class SignIns(Protocol):
    """Passwords, and how often they were wrong."""

    def password(self, practice: str, staff: str, *, hold: bool = False) -> str | None:
        """What is stored of somebody's password; None when they have none.

        With `hold` it stays the same until the transaction ends: whoever wants to change it waits.
        """

    def set_password(self, practice: str, staff: str, stored: str) -> None:
        """Set it, in place of the one they had."""

    def with_password(self, practice: str) -> set[str]:
        """The staff who have one."""

    def operator_password(self, operator: str, *, hold: bool = False) -> str | None:
        """The same of an operator."""

    def add_operator(self, operator: str, stored: str) -> bool:
        """Store a new operator; False when the name is taken."""

    def set_operator_password(self, operator: str, stored: str) -> bool:
        """Set it, in place of the one they had; False when there is no such operator."""

    def operators(self) -> list[OperatorAccount]:
        """All operators, by name."""

    def remove_operator(self, operator: str) -> bool:
        """Delete an operator, who has no session any more; False when there is no such operator."""

    def people_of(self, device: str) -> set[str]:
        """Who has signed in from the browser with this digest, as digests."""

    def remember_device(self, device: str, person: str) -> None:
        """This person, given as a digest, has signed in from there; forget browsers that were not used for long."""

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
        """All sessions of this holder are over; returns how many there were."""

    def of(self, holder: Holder) -> list[Session]:
        """The sessions of this holder, newest first, also those that have lasted for too long."""

    def end_of(self, practice: str, staff: Collection[str], patients: Collection[str]) -> None:
        """All sessions of these staff and in the charts of these patients are over."""


class Links(Protocol):
    """One-time links into the portal."""

    def add(self, link: Link) -> None:
        """Store a new link, and forget those that are too old."""

    def take(self, digest: str) -> Link | None:
        """The link with this digest, which nobody can take again; None where there is none that still works."""

    def get(self, digest: str) -> Link | None:
        """The same without using it up."""

    def end_of(self, practice: str, patients: Collection[str]) -> None:
        """No link into the charts of these patients works any more."""
