"""Rosters that come in pieces: taken in, applied in steps beside everybody else, finished by whoever goes on."""

from collections.abc import Sequence
from typing import Any

import pytest

from adapters.database.repositories.roster_imports import RosterImportRepository
from router.actors import COMMAND
from router.coverage.staged_import import ImportState, ImportTerms, Phase, StagedImport
from router.errors import Conflict, Invalid, NotFound
from router.flows.administrator import roster_pieces, roster_steps
from router.flows.administrator.roster_staging import RosterPart
from router.practice.doubts import Doubts, Narrowing, RecordKind
from router.practice.import_report import Finding, Level
from router.practice.people import CareTeamMember, Patient, Staff
from router.practice.roster import Mode, RosterDocument
from router.practice.staged_roster import SEVERAL
from router.practice.topics import Topic
from tests.builders import a_document, a_patient, a_staff, settings
from tests.house import PRACTICE, STAFF, House
from tests.rosters import stored_roster

NO_DOUBTS = Doubts()


@pytest.fixture(autouse=True)
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of three, so that there are several."""
    monkeypatch.setattr(roster_steps, "SLICE", 3)
    monkeypatch.setattr(roster_pieces, "SLICE", 3)


def part(
    staff: Sequence[Staff] = STAFF,
    patients: Sequence[Patient] = (),
    doubts: Doubts | None = NO_DOUBTS,
    **more: Any,  # noqa: ANN401 - fields of a document.
) -> RosterPart:
    document = a_document(staff, patients)
    sites = document.sites if staff else ()
    return RosterPart(RosterDocument(sites, document.staff, document.patients, doubts=doubts, **more))


def begin(house: House, *parts: RosterPart, **terms: Any) -> StagedImport:  # noqa: ANN401 - fields of the terms.
    staged = house.staging.begin(PRACTICE, ImportTerms(**terms), COMMAND)
    for number, one in enumerate(parts, start=1):
        house.staging.put_part(staged.ref, number, one)
    return house.staging.apply(staged.ref, len(parts))


def bring(house: House, *parts: RosterPart, **terms: Any) -> StagedImport:  # noqa: ANN401 - likewise.
    return house.roster_steps.finish(begin(house, *parts, **terms).ref, lambda _: None)


def found(house: House, staged: StagedImport) -> list[tuple[str, str]]:
    return [(finding.source, finding.reason) for finding in house.staging.every_finding(staged.ref)]


def active(house: House) -> dict[str, bool]:
    return {key: patient.active for key, patient in stored_roster(house).patients.items()}


def test_parts_in_any_order_make_one_roster(house: House) -> None:
    """A patient of the first part names staff of the last one."""
    house.furnish(patients=())
    patients = [a_patient(f"p-{number}", team=["new"]) for number in range(7)]

    done = bring(house, part((), patients[:4]), part((), patients[4:]), part([*STAFF, a_staff("new")]))

    assert (done.state, done.phase, done.looked_at, done.patients) == (ImportState.APPLIED, Phase.LEAVERS, 7, 7)
    assert done.counts[RecordKind.PATIENTS].created == 7
    assert done.counts[RecordKind.STAFF].created == 1
    assert stored_roster(house).patients["p-6"].care_team == (CareTeamMember("new", "Physician"),)
    with house.database.look() as work:
        assert work.roster_imports.people(done.ref) == []
    assert house.breaches() == {}


def test_a_large_import_is_made_known_to_statistics(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[RosterImportRepository] = []

    def renew(repository: RosterImportRepository) -> None:
        renewed.append(repository)

    monkeypatch.setattr("router.flows.administrator.roster_steps.MANY", 3)
    monkeypatch.setattr(RosterImportRepository, "analyze", renew)
    house.furnish(patients=())
    bring(house, part((), [a_patient(f"q-{number}") for number in range(2)]))
    assert renewed == []

    done = bring(house, part((), [a_patient(f"p-{number}") for number in range(3)]))

    assert done.state is ImportState.APPLIED
    assert sorted(active(house)) == ["p-0", "p-1", "p-2", "q-0", "q-1"]
    # Before the first step, and before the last one.
    assert len(renewed) == 2


def test_an_import_that_changes_nothing_writes_nothing(house: House) -> None:
    house.furnish(patients=[a_patient(f"p-{number}") for number in range(7)])
    before = house.messaging.known(PRACTICE)[0].version

    done = bring(house, part(STAFF, [a_patient(f"p-{number}") for number in range(7)]), mode=Mode.REPLACE)

    assert done.counts[RecordKind.PATIENTS].unchanged == 7
    assert not done.changes_anything
    assert house.messaging.known(PRACTICE)[0].version == before
    assert [row.action for row in house.operations.audit(PRACTICE, None, 1)] == ["settings.saved"]


def test_who_leaves_leaves_at_the_end_and_all_together(house: House) -> None:
    """Named as inactive or not named: nobody goes before the last step, and their messages go with them."""
    patients = [a_patient(f"p-{number}", team=["ann"]) for number in range(9)]
    house.furnish(settings({Topic.BILLING: ["ben"]}), patients=patients)
    receipts = house.write(house.draft(patient="p-0"))
    house.route.run()
    assert house.recipients(receipts[0].id) == ["ben"]
    staged = begin(
        house,
        part(
            [a_staff("ada", admin=True), a_staff("ann", active=False)],
            [a_patient("p-0", team=["ada"]), a_patient("p-1", active=False), a_patient("new")],
        ),
        mode=Mode.REPLACE,
        allow_deactivate=True,
    )

    seen = []
    while (step := house.roster_steps.step(staged.ref)).state is ImportState.APPLYING:
        seen.append(
            (step.phase, sum(active(house).values()), sum(one.active for one in stored_roster(house).staff.values()))
        )
    house.route.run()

    assert {one[1:] for one in seen} <= {(9, 3), (10, 3)}
    assert sum(active(house).values()) == 2
    assert [key for key, member in stored_roster(house).staff.items() if member.active] == ["ada"]
    counts = step.counts[RecordKind.PATIENTS]
    assert (counts.created, counts.updated, counts.deactivated, counts.unchanged) == (1, 1, 8, 0)
    assert step.counts[RecordKind.STAFF].deactivated == 2
    assert [
        (departure.staff, departure.held.deliveries, departure.held.returned) for departure in step.impact.departures
    ] == [
        ("ann", 0, 0),
        ("ben", 1, 1),
    ]
    assert house.recipients(receipts[0].id) == ["ada", "ben"]
    assert house.breaches() == {}


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


def test_pieces_of_one_record_count_together(house: House) -> None:
    """As a command takes its source in: the record first, and what couldn't be read of it later."""
    house.furnish(patients=[a_patient("p-0", team=["ann"])])
    staged = house.staging.begin(PRACTICE, ImportTerms(by_hand=True), COMMAND)

    house.staging.add(staged.ref, part((), [a_patient("p-0", name="Other")]))
    house.staging.add(staged.ref, part((), (), Doubts(teams=frozenset({"p-0"}), every_team=False)))
    house.staging.apply(staged.ref, 1)
    house.roster_steps.run(lambda: True)
    assert house.staging.get(staged.ref).phase is Phase.PEOPLE
    done = house.roster_steps.finish(staged.ref, lambda _: None)

    assert done.counts[RecordKind.PATIENTS].updated == 1
    assert stored_roster(house).patients["p-0"].care_team == (CareTeamMember("ann", "Physician"),)


def test_a_part_takes_the_place_of_the_one_with_its_number(house: House) -> None:
    house.furnish(patients=())
    staged = house.staging.begin(PRACTICE, ImportTerms(), COMMAND)
    faulty = RosterPart(part((), [a_patient("x")]).document, (Finding("patients", "x", "was repaired"),))
    house.staging.put_part(staged.ref, 1, faulty)
    house.staging.put_part(staged.ref, 1, part((), [a_patient("p-0")]))

    with pytest.raises(Invalid) as refused:
        house.staging.put_part(staged.ref, 2, part((), [a_patient("y"), a_patient("p-0")]))
    with pytest.raises(Invalid):
        house.staging.put_part(staged.ref, 0, part((), ()))
    with pytest.raises(Conflict):
        house.staging.apply(staged.ref, 2)
    house.staging.put_part(staged.ref, 2, part((), [a_patient("y")]))
    with pytest.raises(Conflict):
        house.staging.apply(staged.ref, 1)
    begun = house.staging.apply(staged.ref, 2)
    assert house.staging.apply(staged.ref, 2).state is ImportState.APPLYING
    with pytest.raises(Conflict):
        house.staging.put_part(staged.ref, 3, part((), ()))
    house.roster_steps.run(lambda: True)

    assert [(error.field, error.key) for error in refused.value.errors] == [("patients.1.id", "p-0")]
    assert sorted(active(house)) == ["p-0", "y"]
    assert found(house, begun) == []
    assert house.staging.apply(staged.ref, 2).state is ImportState.APPLIED


def test_a_worker_applies_what_waits_and_another_goes_on_where_it_died(house: House) -> None:
    house.furnish(patients=())
    staged = begin(house, part(STAFF, [a_patient(f"p-{number}") for number in range(7)]))
    turns = iter([True, True, False])
    house.roster_steps.run(lambda: next(turns))
    stopped = house.staging.get(staged.ref)

    house.roster_steps.run(lambda: True)
    leased = house.staging.get(staged.ref)
    house.clock.by += roster_steps.LEASE
    house.roster_steps.run(lambda: True)
    house.roster_steps.run(lambda: False)

    assert stopped.looked_at < 7
    assert leased == stopped
    done = house.staging.get(staged.ref)
    assert done.state is ImportState.APPLIED
    assert len(active(house)) == 7
    # Who was overtaken finds nothing more to do.
    assert house.roster_steps.step(staged.ref) == done


def test_what_is_not_there_is_not_found_and_what_was_left_behind_is_deleted(house: House) -> None:
    house.furnish(patients=())
    left = house.staging.begin(PRACTICE, ImportTerms(), COMMAND)
    house.staging.put_part(left.ref, 1, part((), [a_patient("p-0")]))
    house.clock.by += roster_steps.LEASE * 60 * 24 * 8

    house.staging.begin(PRACTICE, ImportTerms(), COMMAND)

    kept = house.staging.begin(PRACTICE, ImportTerms(), COMMAND)
    house.staging.delete(kept.ref)
    house.roster_steps.run(lambda: True)

    with pytest.raises(NotFound):
        house.staging.get(kept.ref)
    for ask in (house.staging.get, house.roster_steps.step):
        with pytest.raises(NotFound):
            ask(left.ref)
    with pytest.raises(NotFound):
        house.staging.begin("nobody", ImportTerms(), COMMAND)


def test_what_is_changed_between_two_slices_is_planned_with(house: House) -> None:
    """Somebody else's roster comes in the middle: the records of later slices win over it, as if they came after."""
    house.furnish(patients=[a_patient(f"p-{number}") for number in range(7)])
    staged = begin(house, part([*STAFF], [a_patient(f"p-{number}", name="New") for number in range(7)]))
    for _ in range(2):
        house.roster_steps.step(staged.ref)

    house.bring([*STAFF, a_staff("cleo")], [a_patient("p-0", name="Newer"), a_patient("p-6", name="Newer")])
    house.roster_steps.finish(staged.ref, lambda _: None)

    names = {key: patient.name for key, patient in stored_roster(house).patients.items()}
    assert (names["p-0"], names["p-6"]) == ("Newer", "New")
    assert stored_roster(house).staff["cleo"].active


def test_a_record_that_stands_in_two_pieces_is_reported_and_the_last_counts(house: House) -> None:
    house.furnish(patients=())
    staged = house.staging.begin(PRACTICE, ImportTerms(by_hand=True), COMMAND)
    house.staging.add(staged.ref, part(STAFF, [a_patient("p-0", name="First"), a_patient("p-1")]))
    house.staging.add(staged.ref, part((), [a_patient("p-0", name="Last"), a_patient("p-1")]))
    strict = part((), [a_patient("p-0", name="Other")], Doubts(is_strict=True))

    with pytest.raises(Invalid):
        house.staging.add(staged.ref, strict)
    house.staging.apply(staged.ref, 1)
    house.roster_steps.finish(staged.ref, lambda _: None)

    assert stored_roster(house).patients["p-0"].name == "Last"
    assert found(house, staged) == [("p-0", SEVERAL)]
