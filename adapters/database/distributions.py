"""The settings and their versions."""

from collections.abc import Sequence

from sqlalchemy import Row, select

from adapters.database import codec
from adapters.database.session import Session
from adapters.database.tables import distribution as table
from router.actors import Actor, ActorKind
from router.distribution import Distribution
from router.people import Practice
from router.records import DistributionVersion


class DistributionRepository:
    """See router.repositories.Distributions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def current(self, practice: Practice) -> Distribution:
        """What is in force: stored versions never change, so that any of them may be kept in memory."""
        version = practice.distribution_version
        if practice.id in self._session.changing:
            return self._load(practice.id, version)
        return self._session.memory.distributions.get(practice.id, version, lambda: self._load(practice.id, version))

    def _load(self, practice: str, version: int) -> Distribution:
        found = self.version(practice, version)
        return found[1] if found else Distribution()

    def version(self, practice: str, version: int) -> tuple[DistributionVersion, Distribution] | None:
        """A stored version."""
        wanted = select(table).where(table.c.practice == practice, table.c.version == version)
        row = self._session.connection.execute(wanted).one_or_none()
        return (_version(row), codec.distribution_from_json(row.document, row.version)) if row else None

    def versions(self, practice: str, before: int | None, limit: int) -> list[DistributionVersion]:
        """Stored versions, newest first."""
        found = select(table).where(table.c.practice == practice).order_by(table.c.version.desc()).limit(limit)
        if before is not None:
            found = found.where(table.c.version < before)
        return [_version(row) for row in self._session.connection.execute(found)]

    def save(self, practice: str, distribution: Distribution, actor: Actor, changes: Sequence[str]) -> None:
        """Store a new version."""
        row = {
            "practice": practice,
            "version": distribution.version,
            "document": codec.distribution_to_json(distribution),
            "changes": list(changes),
            "actor_kind": actor.kind.value,
            "actor": actor.id,
            "saved_at": self._session.now,
        }
        self._session.insert(table, [row])


def _version(row: Row[tuple[object, ...]]) -> DistributionVersion:
    actor = Actor(ActorKind(row.actor_kind), row.actor)
    return DistributionVersion(row.version, row.saved_at, actor, tuple(row.changes))
