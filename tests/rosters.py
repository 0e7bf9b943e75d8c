"""The whole roster of a practice, which the product never reads at once."""

from sqlalchemy import select

from adapters.database.tables import patient
from router.flows.practice import known_practice, read_snapshot
from router.practice.people import Roster
from tests.house import PRACTICE, House


def stored_roster(house: House) -> Roster:
    """Everybody and every place, as stored."""
    with house.engine.connect() as connection:
        ids = connection.execute(select(patient.c.id).where(patient.c.practice == PRACTICE)).scalars().all()
    with house.database.look() as work:
        stored = read_snapshot(work, known_practice(work, PRACTICE))
        return Roster(stored.sites, stored.staffing.members, work.roster.charts(PRACTICE, ids))
