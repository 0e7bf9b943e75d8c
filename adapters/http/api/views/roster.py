"""What a roster, a change of a member of staff and an absence did."""

from pydantic import Field

from adapters.http.api.views.departures import DepartureView, GapView, VacancyView, show_gaps, show_vacancies
from adapters.http.view import NextCursor, UtcTime, View
from router.coverage.departures import Impact
from router.flows.administrator.roster import StaffChanged
from router.flows.administrator.roster_import import Imported
from router.practice.availability import Absence
from router.practice.people import Patient, Role, Site, Staff
from router.practice.roster import Changes

CREATED = "How many are new."
UPDATED = "How many changed."
UNCHANGED = "How many needed no change."


class SiteCountsView(View):
    """What happened to the sites."""

    created: int = Field(description=CREATED)
    updated: int = Field(description=UPDATED)
    hidden: int = Field(description="How many are no longer offered.")
    unchanged: int = Field(description=UNCHANGED)

    @classmethod
    def of(cls, changes: Changes[Site]) -> "SiteCountsView":
        """Count the changes."""
        return cls(
            created=len(changes.created),
            updated=len(changes.updated),
            hidden=len(changes.deactivated),
            unchanged=changes.unchanged,
        )


class PeopleCountsView(View):
    """What happened to the staff or to the patients."""

    created: int = Field(description=CREATED)
    updated: int = Field(description=UPDATED)
    deactivated: int = Field(description="How many are no longer active.")
    unchanged: int = Field(description=UNCHANGED)

    @classmethod
    def of(cls, changes: Changes[Staff] | Changes[Patient], absent: int = 0) -> "PeopleCountsView":
        """Count the changes, and those who are deactivated besides because they are absent."""
        return cls(
            created=len(changes.created),
            updated=len(changes.updated),
            deactivated=len(changes.deactivated) + absent,
            unchanged=changes.unchanged,
        )


class RosterWarningView(View):
    """Something that was stored but may not work."""

    field: str = Field(description="A dotted path.")
    message: str = Field(description="What may not work, in words.")


class RosterResultView(View):
    """What a roster did; on a dry run, what it would do."""

    dry_run: bool = Field(description="Whether nothing was stored.")
    sites: SiteCountsView = Field(description="What happened to the sites.")
    staff: PeopleCountsView = Field(description="What happened to the staff.")
    patients: PeopleCountsView = Field(description="What happened to the patients.")
    departures: list[DepartureView] = Field(description="What depended on each member of staff who left.")
    gaps: list[GapView] = Field(description="The gaps that it opens.")
    warnings: list[RosterWarningView] = Field(description="What was stored but may not work.")

    @classmethod
    def of(cls, imported: Imported) -> "RosterResultView":
        """Show the result of one roster."""
        change, impact = imported.change, imported.impact
        return cls(
            dry_run=imported.dry_run,
            sites=SiteCountsView.of(change.sites),
            staff=PeopleCountsView.of(change.staff),
            patients=PeopleCountsView.of(change.patients, imported.absent),
            departures=[DepartureView.of(departure) for departure in impact.departures],
            gaps=show_gaps(impact.gaps),
            warnings=[RosterWarningView(field=one.field, message=one.message) for one in imported.warnings],
        )


class StaffView(View):
    """A member of staff."""

    id: str = Field(description="Their id.")
    name: str = Field(description="Their name.")
    email: str | None = Field(description="The address for email notifications; null: none are sent.")
    title: str | None = Field(description="Their job title; null: none.")
    roles: list[Role] = Field(description="What they may do.")
    active: bool = Field(description="Whether they work here. Staff who have left get no messages.")

    @classmethod
    def of_staff(cls, staff: Staff) -> "StaffView":
        """Show one member of staff."""
        return StaffView(
            id=staff.id,
            name=staff.name,
            email=staff.email,
            title=staff.title,
            roles=sorted(staff.roles),
            active=staff.active,
        )


class StaffPageView(View):
    """A page of the staff, by id."""

    items: list[StaffView] = Field(description="The members of staff of this page.")
    next: NextCursor


class ChangedStaffView(StaffView):
    """A member of staff after a change."""

    departure: DepartureView | None = Field(
        description="What depended on them, if this change made them leave; otherwise null."
    )
    gaps: list[GapView] = Field(description="The gaps that the change opens.")
    vacancies: list[VacancyView] = Field(description="The duties that nobody present has after it, if nobody left.")

    @classmethod
    def of(cls, changed: StaffChanged) -> "ChangedStaffView":
        """Show one change."""
        staff = changed.staff
        departures = [DepartureView.of(departure) for departure in changed.impact.departures]
        return cls(
            id=staff.id,
            name=staff.name,
            email=staff.email,
            title=staff.title,
            roles=sorted(staff.roles),
            active=staff.active,
            departure=departures[0] if departures else None,
            gaps=show_gaps(changed.impact.gaps),
            vacancies=show_vacancies(changed.impact.vacancies),
        )


class AbsenceView(View):
    """An absence."""

    staff: str = Field(description="The id of the person who is away.")
    begins: UtcTime = Field(alias="from", description="Start of the absence.")
    until: UtcTime = Field(description="End of the absence.")
    cover: str | None = Field(description="The id of the person who covers; null: nobody.")
    gaps: list[GapView] = Field(description="The gaps that it opens when it begins.")
    vacancies: list[VacancyView] = Field(description="The duties that nobody present has while it lasts.")

    @classmethod
    def of(cls, absence: Absence, impact: Impact) -> "AbsenceView":
        """Show one absence."""
        return cls(
            staff=absence.staff,
            begins=absence.begins,
            until=absence.ends,
            cover=absence.cover,
            gaps=show_gaps(impact.gaps),
            vacancies=show_vacancies(impact.vacancies),
        )
