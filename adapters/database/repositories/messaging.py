"""The settings and their versions."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, func, select
from typing_extensions import override

from adapters.database import codec
from adapters.database.tables import distribution as table
from adapters.database.transaction import Transaction
from router.actors import Actor, ActorKind
from router.messaging.partial import PartialSettings
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
            return self.as_of(practice.id, version)
        return self._transaction.memory.distributions.get(
            practice.id, version, lambda: self.as_of(practice.id, version)
        )

    @override
    def as_of(self, practice: str, version: int) -> MessagingSettings:
        """What was in force at a version.

        A process of an older version of Careroute saves without the parts that it doesn't know; they stay as the newest
        version before it had them.
        """
        found = self.version(practice, version)
        if found is None:
            return MessagingSettings()
        partial = found[1]
        if not partial.absent.parts:
            return partial.over(MessagingSettings())
        known_until = self._newest_with(practice, version, min(partial.absent.parts))
        return partial.over(MessagingSettings() if known_until is None else self.as_of(practice, known_until))

    def _newest_with(self, practice: str, before: int, part: str) -> int | None:
        """The newest version before this one whose writer knew this part."""
        document = table.c.document
        has: ColumnElement[bool]
        if self._transaction.is_sqlite:
            has = func.json_type(document, f"$.{part}").is_not(None)
        else:
            has = func.jsonb_exists(document, part)
        wanted = select(func.max(table.c.version)).where(table.c.practice == practice, table.c.version < before, has)
        return self._transaction.execute(wanted).scalar_one_or_none()

    @override
    def version(self, practice: str, version: int) -> tuple[SettingsVersion, PartialSettings] | None:
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
