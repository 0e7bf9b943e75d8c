"""The settings: reading, saving, listing versions and restoring one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage import hours_rules
from router.coverage.gaps import Gap
from router.errors import Invalid, NotFound, Stale
from router.flows.administrator.acting import check_administers
from router.flows.administrator.coverage import opened_gaps
from router.flows.hand_over import return_to_cascade
from router.flows.practice import known_practice, read_snapshot
from router.messaging import rules
from router.messaging.changes import changes
from router.messaging.partial import PartialSettings
from router.messaging.proposal import Proposal
from router.messaging.settings import MessagingSettings, SettingsVersion
from router.messaging.warnings import SettingsWarning, warnings
from router.ports.ladder_changes import LadderChange
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.availability import Staffing
from router.practice.people import Practice, Site


@dataclass(frozen=True, slots=True)
class SavedSettings:
    """The saved settings, the changes in words, warnings, and the gaps that the save opens."""

    messaging: MessagingSettings
    changes: tuple[str, ...]
    warnings: tuple[SettingsWarning, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class RestorePreview:
    """What restoring a version would change, in words, and the version in force that this was compared with."""

    current: int
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeMessaging:
    """What a portal administrator does with the settings."""

    database: Database
    hints: Hints
    ids: Ids
    zones: TimeZones

    def read(self, practice: str, by: Actor) -> SavedSettings:
        """The settings in force, with their warnings."""
        with self.database.begin() as work:
            tenant = known_practice(work, practice)
            current = work.messaging.current(tenant)
            found = warnings(current, work.roster.staffing(tenant), self._local_now(work, tenant))
            work.audit.add([AuditEntry(practice, by, Action.SETTINGS_READ, str(current.version))])
            work.commit()
        return SavedSettings(current, (), tuple(found))

    def save(
        self, practice: str, wanted: MessagingSettings | PartialSettings, expected: int | None, by: Actor
    ) -> SavedSettings:
        """Save all of it or nothing; what is absent stays as it was.

        `expected` is the version that was edited; None overwrites any version. Raises Stale if somebody else has saved
        in the meantime, Invalid with the fields that can't be saved, and Forbidden for staff who don't administer the
        portal. Saving identical settings changes nothing.
        """
        with self.database.begin() as work:
            version = work.practices.change_distribution(practice)
            tenant = known_practice(work, practice)
            check_administers(work.roster.staffing(tenant), by)
            current = work.messaging.current(replace(tenant, distribution_version=version - 1))
            if expected is not None and expected != current.version:
                raise Stale(f"The settings are at version {current.version}, not {expected}.")
            saved = self._checked(work, tenant, current, replace(wanted.over(current), version=version))
            before = replace(read_snapshot(work, tenant), messaging=current)
            if not saved.changes:
                return replace(saved, messaging=current)
            if isinstance(wanted, PartialSettings):
                saved = replace(saved, changes=(*saved.changes, *wanted.left_as_they_are))
            work.messaging.save(practice, saved.messaging, by, saved.changes)
            if saved.messaging.hours != current.hours:
                work.ladder_changes.note(practice, LadderChange.HOURS)
            # The new catch-all may be the first that can take messages which had nobody.
            return_to_cascade(work, self.ids, practice, by)
            work.messages.requeue_ownerless(practice)
            work.audit.add([AuditEntry(practice, by, Action.SETTINGS_SAVED, str(version))])
            work.commit()
        # Routing left the practice out meanwhile.
        self.hints.route()
        # The charts are counted apart, so that routing doesn't wait for them.
        with self.database.look() as work:
            return replace(saved, gaps=opened_gaps(work, before, replace(before, messaging=saved.messaging)))

    def _checked(
        self, work: UnitOfWork, tenant: Practice, current: MessagingSettings, wanted: MessagingSettings
    ) -> SavedSettings:
        staffing, sites = work.roster.staffing(tenant), work.roster.sites(tenant)
        errors = rules.check(Proposal(current, wanted, staffing, sites))
        if wanted.hours != current.hours and not any(error.field.startswith("hours.") for error in errors):
            errors += hours_rules.check(tenant, wanted, self.zones, work.now())
        if errors:
            raise Invalid("The settings are not valid. Nothing was saved.", errors)
        said = changes(current, wanted, staffing.members, sites)
        return SavedSettings(wanted, tuple(said), tuple(warnings(wanted, staffing, self._local_now(work, tenant))))

    def _local_now(self, work: UnitOfWork, tenant: Practice) -> datetime:
        """The current time in the practice's time zone, for texts that people read."""
        return work.now().astimezone(self.zones.get(tenant.time_zone) or UTC)

    def versions(self, practice: str, before: int | None, limit: int) -> list[SettingsVersion]:
        """Saved versions, newest first."""
        with self.database.look() as work:
            return work.messaging.versions(practice, before, limit)

    def version(self, practice: str, version: int) -> tuple[SettingsVersion, MessagingSettings]:
        """One saved version, with the settings as they were in force then. Raises NotFound."""
        with self.database.look() as work:
            return _saved(work, practice, version)[0], work.messaging.as_of(practice, version)

    def restore(self, practice: str, version: int, by: Actor, expected: int | None = None) -> SavedSettings:
        """Save a version's settings as a new version. Raises NotFound, and Invalid if the staff have changed since.

        `expected` is the version that was in force when its effect was previewed; None restores over any version.
        Raises Stale if somebody else has saved in the meantime. Settings that are missing from the version, because
        they didn't exist yet, stay as they are now; the changes say so.
        """
        with self.database.look() as work:
            _, partial = _saved(work, practice, version)
        return self.save(practice, replace(partial, restores=version), expected, by)

    def would_restore(self, practice: str, version: int) -> RestorePreview:
        """What `restore` would change, in the same words. Nothing is stored. Raises NotFound."""
        with self.database.look() as work:
            _, partial = _saved(work, practice, version)
            wanted = replace(partial, restores=version)
            tenant = known_practice(work, practice)
            current = work.messaging.current(tenant)
            staffing, sites = work.roster.staffing(tenant), work.roster.sites(tenant)
            said = changes(current, wanted.over(current), staffing.members, sites)
            return RestorePreview(current.version, (*said, *wanted.left_as_they_are) if said else ())

    def known(self, practice: str) -> tuple[Staffing, Mapping[str, Site]]:
        """The staff and sites that the settings speak of."""
        with self.database.look() as work:
            tenant = known_practice(work, practice)
            return work.roster.staffing(tenant), work.roster.sites(tenant)


def _saved(work: UnitOfWork, practice: str, version: int) -> tuple[SettingsVersion, PartialSettings]:
    found = work.messaging.version(practice, version)
    if found is None:
        raise NotFound.at("version", "is not a saved version")
    return found
