"""What a portal administrator sees besides the settings: people, later versions, and what needs attention."""

from collections.abc import Mapping
from dataclasses import dataclass

from router.flows.practice import known_practice, read_snapshot
from router.messaging.settings import MessagingSettings, SettingsVersion
from router.messaging.snapshot import PracticeSnapshot
from router.operations.reports import OVERDUE_AFTER, UNOPENED_COUNTED, Unopened
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import Practice


@dataclass(frozen=True, slots=True)
class NeedsALook:
    """Unopened messages, people who can't be notified, and people whose notifications are parked."""

    unopened: tuple[Unopened, ...]
    without_address: tuple[str, ...]
    refused: Mapping[str, int]

    @property
    def are_all_counted(self) -> bool:
        """Whether all unopened messages were counted."""
        return sum(unopened.count for unopened in self.unopened) < UNOPENED_COUNTED


@dataclass(frozen=True, slots=True)
class ReadReports:
    """Looks at a practice; stores nothing."""

    database: Database

    def snapshot(self, practice: str) -> PracticeSnapshot:
        """The practice, its settings, staff and sites now. Raises NotFound."""
        with self.database.look() as work:
            return read_snapshot(work, known_practice(work, practice))

    def saved_since(self, practice: str, version: int) -> tuple[MessagingSettings, list[SettingsVersion]]:
        """The settings at a version (0: the defaults), and the versions saved since, newest first."""
        with self.database.look() as work:
            base = work.messaging.as_of(practice, version)
            since = work.messaging.versions(practice, None, 50)
        return base, [one for one in since if one.version > version]

    def patient(self, practice: str, text: str) -> str:
        """The id of the patient with this record number or id; any other text is returned unchanged."""
        with self.database.look() as work:
            if work.roster.patients(practice, [text]):
                return text
            return work.reports.with_record_number(practice, text) or text

    def needs_a_look(self, practice: str) -> NeedsALook:
        """Messages that nobody opened in time, and addresses that don't work."""
        with self.database.look() as work:
            unopened = work.reports.unopened(practice, work.now() - OVERDUE_AFTER, UNOPENED_COUNTED)
            unreachable = _without_address(work, known_practice(work, practice))
            return NeedsALook(tuple(unopened), unreachable, work.reports.refused(practice))


def _without_address(work: UnitOfWork, tenant: Practice) -> tuple[str, ...]:
    """Active staff who can receive messages, by any of the settings or on care teams, or alerts, without an address."""
    staffing, current = work.roster.staffing(tenant), work.messaging.current(tenant)
    silent = {member.id for member in staffing.members.values() if member.active and member.email is None}
    if not silent:
        return ()
    named = {staff for _, _, topics in current.sets() for topic in topics.topics.values() for staff in topic.recipients}
    # Administrators are told of alerts, whoever catches what nobody else gets.
    named.update(current.catch_all, current.on_call, staffing.administrators())
    reached = silent & named | work.reports.in_care_teams(tenant.id, silent - named)
    return tuple(sorted(reached, key=lambda one: (staffing.members[one].name, one)))
