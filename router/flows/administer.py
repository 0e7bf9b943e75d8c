"""The distribution: reading, saving, versions and bringing one back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from router import distribution_rules
from router.actors import Actor
from router.audit import Action, AuditEntry
from router.availability import Staffing
from router.compose import Practicalities
from router.distribution import Distribution
from router.distribution_changes import changes
from router.distribution_warnings import SettingsWarning, warnings
from router.errors import Invalid, NotFound, Stale
from router.flows.hand_over import return_to_cascade
from router.gaps import Gap, gaps
from router.impact import opened
from router.people import Practice, Site
from router.ports import Database, Ids, UnitOfWork
from router.records import DistributionVersion


@dataclass(frozen=True, slots=True)
class Saved:
    """The settings as they stand, what the save changed in words, what should be known, and the gaps that it opens."""

    distribution: Distribution
    changes: tuple[str, ...]
    warnings: tuple[SettingsWarning, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Administer:
    """What a portal administrator does with the settings."""

    database: Database
    ids: Ids

    def read(self, practice: str, by: Actor) -> Saved:
        """The settings in force, with their warnings."""
        with self.database.begin() as work:
            tenant = _tenant(work, practice)
            current = work.distributions.current(tenant)
            found = warnings(current, work.rosters.staffing(tenant), work.now)
            work.audit.add([AuditEntry(practice, by, Action.SETTINGS_READ, str(current.version))])
            work.commit()
        return Saved(current, (), tuple(found))

    def save(self, practice: str, wanted: Distribution, expected: int | None, by: Actor) -> Saved:
        """Save all of it or nothing.

        `expected` is the version that was edited; None overwrites whatever is there. Raises Stale when somebody else
        saved in between and Invalid with the fields that can't be saved. Saving what is there already changes nothing.
        """
        with self.database.begin() as work:
            version = work.practices.change_distribution(practice)
            tenant = _tenant(work, practice)
            current = work.distributions.current(replace(tenant, distribution_version=version - 1))
            if expected is not None and expected != current.version:
                raise Stale(f"The settings are at version {current.version}, not {expected}.")
            saved = self._checked(work, tenant, current, replace(wanted, version=version))
            before = Practicalities(current, work.rosters.staffing(tenant), work.rosters.sites(tenant), work.now)
            if not saved.changes:
                return replace(saved, distribution=current)
            work.distributions.save(practice, saved.distribution, by, saved.changes)
            # Whoever can catch messages now may be the first for those that had nobody.
            return_to_cascade(work, self.ids, practice, by)
            work.messages.requeue_ownerless(practice)
            work.audit.add([AuditEntry(practice, by, Action.SETTINGS_SAVED, str(version))])
            work.commit()
        # The charts are read apart, so that routing doesn't wait for them.
        with self.database.look() as work:
            patients = work.rosters.whole(practice).patients.values()
        after = replace(before, distribution=saved.distribution)
        return replace(saved, gaps=opened(gaps(before, patients), gaps(after, patients)))

    def _checked(self, work: UnitOfWork, tenant: Practice, current: Distribution, wanted: Distribution) -> Saved:
        staffing, sites = work.rosters.staffing(tenant), work.rosters.sites(tenant)
        errors = distribution_rules.check(distribution_rules.Proposal(current, wanted, staffing, sites))
        if errors:
            raise Invalid("The settings can't be saved as they are.", errors)
        said = changes(current, wanted, staffing.members, sites)
        return Saved(wanted, tuple(said), tuple(warnings(wanted, staffing, work.now)))

    def versions(self, practice: str, before: int | None, limit: int) -> list[DistributionVersion]:
        """Saved versions, newest first."""
        with self.database.look() as work:
            return work.distributions.versions(practice, before, limit)

    def version(self, practice: str, version: int) -> tuple[DistributionVersion, Distribution]:
        """One saved version. Raises NotFound."""
        with self.database.look() as work:
            found = work.distributions.version(practice, version)
        if found is None:
            raise NotFound.at("version", "is not a saved version")
        return found

    def restore(self, practice: str, version: int, by: Actor) -> Saved:
        """Bring a version back as a new one. Raises NotFound and Invalid, as the staff may have changed since."""
        _, distribution = self.version(practice, version)
        return self.save(practice, distribution, None, by)

    def known(self, practice: str) -> tuple[Staffing, Mapping[str, Site]]:
        """The staff and sites that the settings speak of."""
        with self.database.look() as work:
            tenant = _tenant(work, practice)
            return work.rosters.staffing(tenant), work.rosters.sites(tenant)


def _tenant(work: UnitOfWork, practice: str) -> Practice:
    tenant = work.practices.get(practice)
    if tenant is None:
        raise NotFound.at("practice", "is not known")
    return tenant
