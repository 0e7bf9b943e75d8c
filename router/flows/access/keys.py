"""API keys: making, revoking and checking them."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from router.access.keys import PREFIX, Caller, Key
from router.actors import Actor, ActorKind, Scope
from router.audit import Action, AuditEntry
from router.errors import Forbidden, NotFound, Unauthenticated
from router.ports.services import Ids
from router.ports.unit_of_work import Database

# When more refusals than this were recorded, they are forgotten, and recorded again.
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Checks and keeps the keys of practices.

    A key reads `careroute_ID_SECRET`; of the secret only a digest is stored. A key that is refused again for the same
    reason within the hour is recorded once by each process: a frontend that goes on asking must not fill the audit.
    """

    database: Database
    ids: Ids
    # By key and reason, the hour in which the refusal was last recorded.
    recorded: dict[tuple[str, str], datetime] = field(default_factory=dict, repr=False, compare=False)

    def check(self, presented: str, *scopes: Scope) -> Caller:
        """Return the caller whose key this is.

        Raises Unauthenticated if it is malformed, unknown or revoked, and Forbidden if it has none of the scopes.
        """
        key = self._genuine(presented)
        if key is None:
            raise Unauthenticated("The key is not valid.")
        if key.revoked_at is not None:
            self._record_refusal(key, "revoked")
            raise Unauthenticated("The key is not valid.")
        if key.scopes.isdisjoint(scopes):
            missing = " or ".join(scopes)
            self._record_refusal(key, f"lacks {missing}")
            raise Forbidden(f"The key doesn't have the scope {missing}.")
        return Caller(key.practice, Actor(ActorKind.KEY, key.id))

    def practice_of(self, presented: str) -> str | None:
        """The practice whose key this is, even if it is revoked or lacks a scope; None if it never was a key."""
        key = self._genuine(presented)
        return key.practice if key else None

    def create(self, practice: str, scopes: Iterable[Scope], actor: Actor) -> tuple[Key, str]:
        """Make a key; the second value is the whole key, which can't be shown again.

        Raises NotFound when there is no such practice.
        """
        secret, identifier = self.ids.secret(), self.ids.new().hex
        with self.database.begin() as work:
            if work.practices.get(practice) is None:
                raise NotFound.at("practice", "is not known")
            key = Key(identifier, practice, frozenset(scopes), _digest(secret), work.now())
            work.keys.add(key)
            details = {"scopes": [str(scope) for scope in sorted(key.scopes)]}
            work.audit.add([AuditEntry(practice, actor, Action.KEY_CREATED, key.id, details)])
            work.commit()
        return key, f"{PREFIX}_{identifier}_{secret}"

    def keys(self, practice: str) -> list[Key]:
        """The keys of a practice, revoked ones included."""
        with self.database.look() as work:
            return work.keys.all(practice)

    def revoke(self, practice: str, key: str, actor: Actor) -> None:
        """End a key at once. Raises NotFound when the practice has no such key in force."""
        with self.database.begin() as work:
            if not work.keys.revoke(practice, key):
                raise NotFound.at("key", "is not an active key")
            work.audit.add([AuditEntry(practice, actor, Action.KEY_REVOKED, key)])
            work.commit()

    def _genuine(self, presented: str) -> Key | None:
        _, _, rest = presented.partition("_")
        identifier, _, secret = rest.partition("_")
        with self.database.look() as work:
            key = work.keys.get(identifier) if identifier and secret else None
        return key if key is not None and hmac.compare_digest(key.digest, _digest(secret)) else None

    def _record_refusal(self, key: Key, why: str) -> None:
        refusal = key.id, why
        with self.database.look() as work:
            hour = work.now().replace(minute=0, second=0, microsecond=0)
        if self.recorded.get(refusal) == hour:
            return
        with self.database.begin() as work:
            actor = Actor(ActorKind.KEY, key.id)
            work.audit.add([AuditEntry(key.practice, actor, Action.KEY_REFUSED, key.id, {"why": why})])
            work.commit()
        if len(self.recorded) >= MOST_REMEMBERED:
            self.recorded.clear()
        self.recorded[refusal] = hour


def _digest(secret: str) -> str:
    """The secret has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
