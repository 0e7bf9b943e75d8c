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
        """The settings in force; cached until the practice's version changes."""

    def version(self, practice: str, version: int) -> tuple[SettingsVersion, PartialSettings] | None:
        """A stored version; parts that didn't exist when it was saved are absent."""

    def as_of(self, practice: str, version: int) -> MessagingSettings:
        """The settings in force while this version was the newest; the defaults for version 0."""

    def versions(self, practice: str, before: int | None, limit: int) -> list[SettingsVersion]:
        """Stored versions, newest first, from the one before `before`."""

    def save(self, practice: str, messaging: MessagingSettings, actor: Actor, changes: Sequence[str]) -> None:
        """Store a new version."""
