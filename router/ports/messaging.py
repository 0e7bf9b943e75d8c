"""The repository of the messaging settings and their versions."""

from collections.abc import Sequence
from typing import Protocol

from router.actors import Actor
from router.messaging.partial import PartialSettings
from router.messaging.settings import MessagingSettings, SettingsVersion
from router.practice.people import Practice


class SettingsVersions(Protocol):
    """The settings and their versions."""

    def current(self, practice: Practice) -> MessagingSettings:
        """What is in force; kept in memory for as long as the practice's version stands."""

    def version(self, practice: str, version: int) -> tuple[SettingsVersion, PartialSettings] | None:
        """A stored version; what its writer didn't know is absent."""

    def as_of(self, practice: str, version: int) -> MessagingSettings:
        """What was in force while this version was the newest; the defaults for version 0."""

    def versions(self, practice: str, before: int | None, limit: int) -> list[SettingsVersion]:
        """Stored versions, newest first, from the one before `before`."""

    def save(self, practice: str, messaging: MessagingSettings, actor: Actor, changes: Sequence[str]) -> None:
        """Store a new version."""
