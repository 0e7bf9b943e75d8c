"""Reading a practice and the people a request names; shared by the use cases."""

from collections.abc import Mapping
from datetime import datetime

from router.errors import Conflict, NotFound
from router.messaging.snapshot import PracticeSnapshot
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import AuthorizedUser, Patient, Practice


def known_practice(work: UnitOfWork, practice: str) -> Practice:
    """The practice with this id. Raises NotFound."""
    known = work.practices.get(practice)
    if known is None:
        raise NotFound.at("practice", "is not known")
    return known


def held_practice(work: UnitOfWork, practice: str) -> Practice:
    """The practice, whose roster and settings stay as they are until the transaction ends.

    Held before the conversation by every act that gives a message to somebody: nobody gets one who is leaving at the
    same moment. Raises Conflict while they are being changed.
    """
    held = work.practices.hold([practice]).get(practice)
    if held is None:
        raise Conflict("The practice is being changed. Try again.")
    return held


def read_snapshot(work: UnitOfWork, practice: Practice, at: datetime | None = None) -> PracticeSnapshot:
    """The practice as it is, for the moment `at` (None: now)."""
    return PracticeSnapshot(
        practice,
        work.messaging.current(practice),
        work.roster.staffing(practice),
        work.roster.sites(practice),
        work.now() if at is None else at,
    )


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
