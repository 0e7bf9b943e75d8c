"""API keys."""

from dataclasses import dataclass
from datetime import datetime

from router.actors import Scope


@dataclass(frozen=True, slots=True)
class Key:
    """An API key of a practice, without its secret; `digest` is what is compared."""

    id: str
    practice: str
    scopes: frozenset[Scope]
    digest: str
    created_at: datetime
    revoked_at: datetime | None = None
