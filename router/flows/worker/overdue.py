"""Notifying administrators once a day that something is overdue, on days when the practice is open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from router.coverage.answer_by import opening_hours
from router.flows.notices import notice_for
from router.flows.worker.each import count_each
from router.messages.notification import Kind
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import Practice

# In the practice's time zone. What becomes overdue later is told of on the next day, but by a ladder's alert.
BEGINS, ENDS = time(8), time(12)


@dataclass(frozen=True, slots=True)
class TellOverdue:
    """Notifies the administrators of every practice that has overdue messages, once a day each."""

    database: Database
    hints: Hints
    ids: Ids
    zones: TimeZones
    report: Callable[[str, str, Exception], None]

    def run(self) -> int:
        """Go through all practices; returns how many people were notified."""
        with self.database.look() as work:
            practices = work.practices.all()
        told = count_each(practices, self._tell, lambda tenant, error: self.report("overdue", tenant.id, error))
        if told:
            self.hints.notify()
        return told

    def _tell(self, tenant: Practice) -> int:
        with self.database.look() as work:
            since = self._begun_at(work, tenant)
            if since is None or work.notices.were_told(tenant.id, Kind.STAFF_OVERDUE, since):
                return 0
            if not work.ladders.overdue_count(tenant.id):
                return 0
            staffing = work.roster.staffing(tenant)
        told = tuple(notice_for(self.ids, staffing, one) for one in staffing.administrators())
        with self.database.begin() as work:
            count = work.notices.add_unless_told(tenant.id, Kind.STAFF_OVERDUE, told, since)
            work.commit()
        return count

    def _begun_at(self, work: UnitOfWork, tenant: Practice) -> datetime | None:
        """When today's time to notify began; None outside that time, or if the practice is closed all day."""
        zone = self.zones.get(tenant.time_zone)
        if zone is None:
            return None
        local = work.now().astimezone(zone)
        hours = opening_hours(tenant, work.messaging.current(tenant), None, self.zones.get)
        is_closed = hours is not None and not hours.round_the_clock and not hours.on(local.date())
        if is_closed or not BEGINS <= local.time() < ENDS:
            return None
        return datetime.combine(local.date(), BEGINS, zone).astimezone(UTC)
