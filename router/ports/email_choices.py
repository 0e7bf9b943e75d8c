"""The repository of what the patient's side chose about emails."""

from collections.abc import Iterable, Mapping
from typing import Protocol
from uuid import UUID

from router.messages.email_choice import ToldReader


class EmailChoices(Protocol):
    """Who wants emails about answers, by reader: an authorized user's id, or THEMSELVES for the patient."""

    def of(self, practice: str, patient: str) -> Mapping[str, bool]:
        """What was chosen in this chart; whoever chose nothing is left out."""

    def choose(self, practice: str, patient: str, readers: Iterable[str], *, wanted: bool) -> None:
        """These readers want emails, or don't, whatever they chose before."""

    def forget(self, practice: str, patient: str, reader: str) -> None:
        """This reader has chosen nothing; does nothing where that is so."""

    def told(self, notification_id: UUID) -> ToldReader | None:
        """Whom a notification of any practice tells of an answer; None where nobody there has an address any more."""
