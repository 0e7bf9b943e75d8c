"""Rosters that come in pieces are applied in steps as if they had come whole."""

from router.coverage.staged_import import ImportState
from router.practice.doubts import Doubts, Narrowing, RecordKind
from router.practice.import_report import Level
from router.practice.people import CareTeamMember
from router.practice.roster import Mode
from tests.builders import a_patient, a_staff
from tests.house import PRACTICE, STAFF, House
from tests.integration.flows.administrator.staged_rosters import active, bring, found, part
from tests.integration.flows.administrator.staged_rosters import few_at_a_time as few_at_a_time  # noqa: PLC0414 - the fixture is shared.
from tests.rosters import stored_roster


def test_an_import_that_changes_nothing_writes_nothing(house: House) -> None:
    house.furnish(patients=[a_patient(f"p-{number}") for number in range(7)])
    before = house.messaging.known(PRACTICE)[0].version

    done = bring(house, part(STAFF, [a_patient(f"p-{number}") for number in range(7)]), mode=Mode.REPLACE)

    assert done.counts[RecordKind.PATIENTS].unchanged == 7
    assert not done.changes_anything
    assert house.messaging.known(PRACTICE)[0].version == before
    assert [row.action for row in house.operations.audit(PRACTICE, None, 1)] == ["settings.saved"]


def test_a_replace_that_would_deactivate_many_is_refused_before_anything_is_written(house: House) -> None:
    house.furnish(patients=[a_patient(f"p-{number}") for number in range(7)])

    done = bring(house, part([*STAFF, a_staff("new")], [a_patient("p-0", name="Other")]), mode=Mode.REPLACE)

    assert done.state is ImportState.REFUSED
    assert done.refused is not None
    assert [(error.field, error.message) for error in done.refused.errors] == [("patients", "would deactivate 6 of 7")]
    assert "new" not in stored_roster(house).staff
    with house.database.look() as work:
        assert work.roster_imports.count_patients(done.ref) == 0


def test_a_faulty_record_keeps_who_is_known_and_takes_away_what_is_certain(house: House) -> None:
    house.furnish(patients=[a_patient(f"p-{number}", team=["ann"]) for number in range(5)])
    doubts = Doubts(
        staying={RecordKind.PATIENTS: frozenset({"p-0", "p-1"}), RecordKind.STAFF: frozenset({"ben"})},
        left={"p-2": frozenset({"ann"})},
        teams=frozenset({"p-2"}),
        members={"p-3": (CareTeamMember("ann", "Physician"),)},
        patient_fields={"p-3": ("name",)},
        narrowed=(Narrowing(RecordKind.PATIENTS, "p-1", inactive=True),),
        closed=frozenset({"south"}),
    )
    named = part([a_staff("ada", admin=True), a_staff("ann")], [a_patient("p-2"), a_patient("p-3", name="?")], doubts)

    done = bring(house, named, mode=Mode.REPLACE, allow_deactivate=True)

    people = stored_roster(house)
    assert active(house) == {"p-0": True, "p-1": False, "p-2": True, "p-3": True, "p-4": False}
    assert people.patients["p-0"].care_team == people.patients["p-3"].care_team
    assert (people.patients["p-2"].care_team, people.patients["p-3"].name) == ((), "Pat Doe")
    assert people.staff["ben"].active
    assert {("ben", "staff"), ("p-0", "patients")} <= {
        (finding.source, finding.type)
        for finding in house.staging.every_finding(done.ref)
        if finding.level is Level.KEPT
    }
    levels = [finding.level for finding in house.staging.every_finding(done.ref)]
    assert levels == sorted(levels, key=list(Level).index)


def test_nobody_is_absent_where_a_part_of_the_source_cannot_be_read(house: House) -> None:
    house.furnish(patients=[a_patient(f"p-{number}") for number in range(7)])
    doubts = Doubts(anybody=frozenset(RecordKind))

    done = bring(house, part([a_staff("ada", admin=True)], [a_patient("p-0")], doubts), mode=Mode.REPLACE)

    assert all(active(house).values())
    assert all(member.active for member in stored_roster(house).staff.values())
    kept = [finding.source for finding in house.staging.every_finding(done.ref) if finding.level is Level.KEPT]
    assert sorted(kept) == ["ann", "ben", *(f"p-{number}" for number in range(1, 7))]


def test_a_dry_run_stores_nothing_and_counts_all(house: House) -> None:
    """Also patients whose care team is new, and who would leave."""
    house.furnish(patients=[a_patient(f"p-{number}") for number in range(4)])
    patients = [a_patient("p-0", team=["new"]), a_patient("p-1", active=False), a_patient("p-9")]

    done = bring(
        house, part([*STAFF, a_staff("new")], patients), mode=Mode.REPLACE, allow_deactivate=True, dry_run=True
    )

    counts = done.counts[RecordKind.PATIENTS]
    assert (counts.created, counts.updated, counts.deactivated) == (1, 1, 3)
    assert (done.state, done.counts[RecordKind.STAFF].created) == (ImportState.APPLIED, 1)
    assert "new" not in stored_roster(house).staff
    assert len(active(house)) == 4
    assert all(active(house).values())


def test_a_strict_import_is_looked_through_before_it_is_written(house: House) -> None:
    """One fault in the last slice refuses all of it; without one it is applied, and nothing is reported twice."""
    house.furnish(patients=())
    good = [a_patient(f"p-{number}", team=["ann"]) for number in range(7)]
    strict = Doubts(is_strict=True)

    refused = bring(house, part(STAFF, [*good, a_patient("q", team=["nobody"])], strict))
    nothing = active(house)
    done = bring(house, part(STAFF, good, strict))
    whole = bring(house, part(STAFF, [*good, a_patient("q")], None))

    assert (refused.state, nothing) == (ImportState.REFUSED, {})
    assert refused.refused is not None
    assert refused.refused.errors[0].field == "patients q care_team"
    assert (done.state, done.counts[RecordKind.PATIENTS].created) == (ImportState.APPLIED, 7)
    assert whole.counts[RecordKind.PATIENTS].created == 1


def test_links_between_charts_of_different_slices(house: House) -> None:
    """A link may lead to a chart that comes later; one that leads nowhere or round is left out; all are on record."""
    house.furnish(patients=[a_patient("known"), a_patient("older", replaced_by="known")])
    patients = [
        a_patient("a-1", replaced_by="z-1"),
        a_patient("a-2", replaced_by="nobody"),
        a_patient("a-3", replaced_by="y-1"),
        a_patient("a-4", replaced_by="older"),
        a_patient("y-1", replaced_by="a-3"),
        a_patient("z-1"),
    ]
    narrowed = Narrowing(RecordKind.PATIENTS, "known", replaced_by="z-1")
    doubts = Doubts(narrowed=(narrowed,), staying={RecordKind.PATIENTS: frozenset({"known"})})

    done = bring(house, part((), patients, doubts))

    links = {key: chart.replaced_by for key, chart in stored_roster(house).patients.items() if chart.replaced_by}
    assert links == {"a-1": "z-1", "a-4": "older", "older": "known", "known": "z-1"}
    assert {(link.patient, link.into) for link in done.links} == {("a-1", "z-1"), ("a-4", "older"), ("known", "z-1")}
    assert done.links_in_all == 3
    assert {source for source, reason in found(house, done) if "link is left out" in reason} == {"a-2", "a-3", "y-1"}
    actions = [row.action for row in house.operations.audit(PRACTICE, None, 20)]
    assert actions.count("chart.replaced") == 4


def test_what_a_document_does_not_say_of_a_link_stays(house: House) -> None:
    house.furnish(patients=[a_patient("old", replaced_by="new"), a_patient("new")])

    bring(house, part((), [a_patient("old", name="Other")], unsaid={"old": ("replaced_by",)}))

    assert (stored_roster(house).patients["old"].replaced_by, stored_roster(house).patients["old"].name) == (
        "new",
        "Other",
    )
