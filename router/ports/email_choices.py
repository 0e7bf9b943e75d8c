"""The repository of what the patient's side chose about emails."""

from collections.abc import Iterable, Mapping
from typing import Protocol
from uuid import UUID

from router.messages.email_choice import ToldReader


class EmailChoices(Protocol):
    """Who wants emails about answers, by reader: an authorized user's id, or THEMSELVES for the patient."""

    def of(self, practice: str, patient: str) -> Mapping[str, bool]:
        """The choices made in this chart; people without a choice are left out."""

    def choose(self, practice: str, patient: str, readers: Iterable[str], *, wanted: bool) -> None:
        """Store whether these readers want emails, replacing earlier choices."""

    def forget(self, practice: str, patient: str, reader: str) -> None:
        """Delete this reader's choice, if there is one."""

    def told(self, notification_id: UUID) -> ToldReader | None:
        """The readers whom a notification of any practice tells of an answer; None if none still has an address."""
