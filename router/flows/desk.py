"""What accepting looks at within one transaction: settings, staff and sites, the patients, and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from router.compose import Practicalities
from router.conversation import Conversation
from router.errors import NotFound
from router.message import ReplyDraft
from router.people import AuthorizedUser, Patient, Practice
from router.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Desk:
    """What accepting looks at within one transaction."""

    practicalities: Practicalities
    patients: dict[str, Patient]
    threads: dict[UUID, Conversation]

    @classmethod
    def read(cls, work: UnitOfWork, practice: Practice, patients: Sequence[str], threads: Sequence[UUID] = ()) -> Self:
        """Read it for these patients and these conversations."""
        practicalities = Practicalities(
            work.distributions.current(practice),
            work.rosters.staffing(practice),
            work.rosters.sites(practice),
            work.now,
        )
        found = work.conversations.get(practice.id, threads) if threads else {}
        return cls(practicalities, work.rosters.recent_patients(practice, patients), found)

    def thread(self, draft: ReplyDraft) -> Conversation:
        """The conversation that is answered: one of this patient's."""
        found = self.threads.get(draft.conversation)
        if found is None or found.patient != draft.patient:
            raise NotFound.at("conversation", "is not known")
        return found

    def people(self, patient: str, user: str | None, *, field: str) -> tuple[Patient, AuthorizedUser | None]:
        """See find_people."""
        return find_people(self.patients, patient, user, field=field)


def find_people(
    patients: Mapping[str, Patient], patient: str, user: str | None, *, field: str
) -> tuple[Patient, AuthorizedUser | None]:
    """The patient and, where one is named, their authorized user. Raises NotFound, for the user with this field."""
    known = patients.get(patient)
    if known is None:
        raise NotFound.at("patient", "is not known")
    if user is None:
        return known, None
    authorized = known.authorized_user(user)
    if authorized is None:
        raise NotFound.at(field, "is not an authorized user of the patient")
    return known, authorized
