"""API keys."""

from dataclasses import dataclass
from datetime import datetime

from router.actors import Actor, Scope

# Every API key begins with this and an underscore.
PREFIX = "careroute"


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a valid key: the practice, and the actor in its audit rows."""

    practice: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Key:
    """An API key of a practice, without its secret; `digest` is what is compared."""

    id: str
    practice: str
    scopes: frozenset[Scope]
    digest: str
    created_at: datetime
    revoked_at: datetime | None = None
