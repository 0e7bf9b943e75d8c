"""The settings and their versions."""

from collections.abc import Sequence

from sqlalchemy import Row, select
from typing_extensions import override

from adapters.database import codec
from adapters.database.tables import distribution as table
from adapters.database.transaction import Transaction
from router.actors import Actor, ActorKind
from router.messaging.settings import MessagingSettings, SettingsVersion
from router.ports.messaging import SettingsVersions
from router.practice.people import Practice


class MessagingRepository(SettingsVersions):
    """See router.ports.messaging.SettingsVersions."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def current(self, practice: Practice) -> MessagingSettings:
        """What is in force: stored versions never change, so that any of them may be kept in memory."""
        version = practice.distribution_version
        if practice.id in self._transaction.changing:
            return self._load(practice.id, version)
        return self._transaction.memory.distributions.get(
            practice.id, version, lambda: self._load(practice.id, version)
        )

    def _load(self, practice: str, version: int) -> MessagingSettings:
        found = self.version(practice, version)
        return found[1] if found else MessagingSettings()

    @override
    def version(self, practice: str, version: int) -> tuple[SettingsVersion, MessagingSettings] | None:
        wanted = select(table).where(table.c.practice == practice, table.c.version == version)
        row = self._transaction.execute(wanted).one_or_none()
        return (_version(row), codec.messaging_from_json(row.document, row.version)) if row else None

    @override
    def versions(self, practice: str, before: int | None, limit: int) -> list[SettingsVersion]:
        found = select(table).where(table.c.practice == practice).order_by(table.c.version.desc()).limit(limit)
        if before is not None:
            found = found.where(table.c.version < before)
        return [_version(row) for row in self._transaction.execute(found)]

    @override
    def save(self, practice: str, messaging: MessagingSettings, actor: Actor, changes: Sequence[str]) -> None:
        row = {
            "practice": practice,
            "version": messaging.version,
            "document": codec.messaging_to_json(messaging),
            "changes": list(changes),
            "actor_kind": actor.kind.value,
            "actor": actor.id,
            "saved_at": self._transaction.now(),
        }
        self._transaction.insert(table, [row])


def _version(row: Row[tuple[object, ...]]) -> SettingsVersion:
    actor = Actor(ActorKind(row.actor_kind), row.actor)
    return SettingsVersion(row.version, row.saved_at, actor, tuple(row.changes))
