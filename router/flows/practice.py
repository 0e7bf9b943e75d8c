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
    """The practice, locked so that its roster and settings can't change until the transaction ends.

    Every act that gives a message to somebody locks the practice before the conversation, so that nobody gets a message
    while they are leaving. Raises Conflict while the roster or settings are being changed.
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
    """The patient and, if one is given, their authorized user. Raises NotFound; for the user, it names this field."""
    known = patients.get(patient)
    if known is None:
        raise NotFound.at("patient", "is not known")
    if user is None:
        return known, None
    authorized = known.authorized_user(user)
    if authorized is None:
        raise NotFound.at(field, "is not an authorized user of the patient")
    return known, authorized
