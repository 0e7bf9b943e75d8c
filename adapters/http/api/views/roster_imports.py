"""How far an import in parts is, and what was skipped of it."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import Field

from adapters.http.api.views.departures import DepartureView, GapView, show_gaps
from adapters.http.api.views.roster import PeopleCountsView, SiteCountsView
from adapters.http.view import NextCursor, View
from router.coverage.staged_import import ImportState, KindCounts, StagedImport
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding, Level
from router.practice.roster import Mode


class ImportErrorView(View):
    """Why an import was refused."""

    field: str = Field(description="What is wrong, as a dotted path.")
    message: str = Field(description="What is wrong with it, in words.")


class FindingView(View):
    """A record that wasn't stored exactly as it is in the roster."""

    level: Level = Field(
        description="How much attention it needs: `narrowed` (a record that can't be read completely removed access), "
        "`attention` (left out), `kept` (unchanged), `repaired`, `normal`."
    )
    type: str = Field(description="The kind of record.")
    id: str = Field(description="The id of the record, or the part if it has none.")
    field: str = Field(description="The field as a dotted path; empty for the record itself.")
    reason: str = Field(description="Why, in words.")

    @classmethod
    def of(cls, finding: Finding) -> "FindingView":
        """Show one finding."""
        return cls(
            level=finding.level, type=finding.type, id=finding.source, field=finding.field, reason=finding.reason
        )


class ImportView(View):
    """An import and its progress."""

    id: UUID = Field(description="The id of the import.")
    state: ImportState = Field(
        description="`open`: parts can be sent; `applying`; `applied`; `refused`: it was stopped, and what had "
        "been stored until then stays."
    )
    mode: Mode = Field(description="Whether people who aren't in any part are deactivated at the end.")
    parts: list[int] = Field(description="The numbers of the parts that have arrived.")
    patients: int = Field(description="How many patients will be applied; 0 until `apply` is called.")
    done: int = Field(description="How many of them have been applied, or needed no change.")
    sites_changed: SiteCountsView = Field(description="What happened to the sites so far.")
    staff_changed: PeopleCountsView = Field(description="What happened to the staff so far.")
    patients_changed: PeopleCountsView = Field(description="What happened to the patients so far.")
    departures: list[DepartureView] = Field(description="What depended on each member of staff who left.")
    gaps: list[GapView] = Field(description="The gaps that it opened, once it is applied.")
    errors: list[ImportErrorView] = Field(description="Why it was refused; otherwise empty.")

    @classmethod
    def of(cls, staged: StagedImport) -> "ImportView":
        """Show one import."""
        return cls.model_validate(_values(staged))


class ImportReportView(ImportView):
    """An import, with a page of what was skipped or repaired."""

    items: list[FindingView] = Field(description="What was skipped or repaired, the most important first.")
    next: NextCursor

    @classmethod
    def of_page(cls, staged: StagedImport, findings: Sequence[Finding], following: str | None) -> "ImportReportView":
        """Show one import and a page of its findings."""
        items = [FindingView.of(finding) for finding in findings]
        return cls.model_validate(_values(staged) | {"items": items, "next": following})


def _values(staged: StagedImport) -> dict[str, object]:
    refused = staged.refused
    errors = list(refused.errors) if refused else []
    counts = staged.counts
    return {
        "id": staged.ref.id,
        "state": staged.state,
        "mode": staged.terms.mode,
        "parts": sorted(staged.parts),
        "patients": staged.patients,
        "done": staged.looked_at,
        "sites_changed": _sites(counts[RecordKind.SITES]),
        "staff_changed": PeopleCountsView.model_validate(counts[RecordKind.STAFF]),
        "patients_changed": PeopleCountsView.model_validate(counts[RecordKind.PATIENTS]),
        "departures": [DepartureView.of(departure) for departure in staged.impact.departures],
        "gaps": show_gaps(staged.impact.gaps),
        "errors": [ImportErrorView(field=error.field, message=error.message) for error in errors],
    }


def _sites(counts: KindCounts) -> SiteCountsView:
    return SiteCountsView(
        created=counts.created, updated=counts.updated, hidden=counts.deactivated, unchanged=counts.unchanged
    )
