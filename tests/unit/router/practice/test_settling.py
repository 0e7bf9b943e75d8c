"""Settling what a source couldn't tell by what the practice knows."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from router.errors import Invalid
from router.practice.doubts import Doubts, Narrowing, RecordKind
from router.practice.import_report import URGENCY, Finding, Level, grouped
from router.practice.people import AuthorizedUser, CareTeamMember, Patient, Permission, Role, Roster, Site
from router.practice.roster import Mode, RosterDocument, StaffRecord, plan
from router.practice.roster_rules import check
from router.practice.settled_charts import LINK_CIRCLE, LINK_LOST
from router.practice.settling import (
    LEFT,
    NARROWED,
    NOBODY_LEFT,
    NOT_A_SITE,
    NOT_ON_STAFF,
    STAYS,
    TEAM_STAYS,
    Settled,
    settle,
)
from tests.builders import NOON, NORTH, SOUTH, a_document, a_patient, a_staff

BOTH = frozenset(Permission)
READ = frozenset({Permission.READ})
MOTHER = AuthorizedUser("mother", "Mo", permissions=BOTH)
CARER = AuthorizedUser("carer", "Ca", permissions=READ)
ANN, BEN, ADMIN = a_staff("ann"), a_staff("ben"), a_staff("ada", admin=True)
PAT = a_patient("pat", team=["ann", "ben"], email="pat@home.example", authorized_users=(MOTHER, CARER))
SAM = a_patient("sam")
CURRENT = Roster({"north": NORTH, "south": SOUTH}, {"ann": ANN, "ben": BEN, "ada": ADMIN}, {"pat": PAT, "sam": SAM})


def settled(document: RosterDocument, mode: Mode = Mode.MERGE, **doubts: object) -> Settled:
    """Settle a document with these doubts; whatever comes of it can be stored."""
    found = settle(CURRENT, replace(document, doubts=Doubts(**doubts)), mode)  # type: ignore[arg-type] # named by tests.
    assert check(CURRENT, found.document) == []
    return found


def only_patient(found: Settled) -> Patient:
    """The one patient of a settled document."""
    return next(iter(found.document.patients))


def reasons(found: Settled) -> list[tuple[str, str]]:
    """Of whom it says what."""
    return [(finding.source, finding.reason) for finding in found.findings]


def test_a_document_without_doubts_is_left_as_it_is() -> None:
    document = a_document([ANN], [replace(PAT, sites=("nowhere",))])

    assert settle(CURRENT, document, Mode.REPLACE) == Settled(document)


def test_fields_in_doubt_stay_where_the_record_is_known() -> None:
    new = a_patient("new")
    document = a_document([replace(ANN, email=None, title="Nurse")], [replace(PAT, name="Pat Roe", email=None), new])
    places = (Site("south", "South", hidden=True), Site("new", "New", hidden=True))

    found = settled(
        replace(document, sites=places),
        site_fields={"south": ("hidden",), "new": ("hidden",), "ghost": ("hidden",)},
        staff_fields={"ann": ("email",), "ghost": ("email",)},
        patient_fields={"pat": ("email",), "new": ("email",)},
    )

    assert found.document.sites == (Site("south", "South"), Site("new", "New", hidden=True))
    assert found.document.staff[0].email == ANN.email
    assert found.document.staff[0].title == "Nurse"
    assert [(patient.name, patient.email) for patient in found.document.patients] == [
        ("Pat Roe", "pat@home.example"),
        ("Pat Doe", None),
    ]


@pytest.mark.parametrize("doubts", [{"every_team": True}, {"teams": frozenset({"pat"})}])
def test_nobody_leaves_a_team_in_doubt_but_who_has_left_for_certain(doubts) -> None:
    cid = a_staff("cid")
    team = (CareTeamMember("cid", "Nurse"), CareTeamMember("ann", "Doctor"))
    document = a_document([cid], [replace(PAT, care_team=team)])

    kept = settled(document, **doubts)
    left = settled(document, left={"pat": frozenset({"ann", "ben"})}, **doubts)
    same = settled(a_document([], [PAT]), **doubts)

    assert [(member.staff, member.role) for member in only_patient(kept).care_team] == [
        ("ann", "Doctor"),
        ("ben", "Physician"),
        ("cid", "Nurse"),
    ]
    assert reasons(kept) == [("pat", TEAM_STAYS)]
    assert [member.staff for member in only_patient(left).care_team] == ["ann", "cid"]
    assert reasons(left) == [("pat", LEFT)]
    assert only_patient(same) == PAT
    assert same.findings == ()


def test_a_member_whose_record_is_faulty_counts_where_they_are_known() -> None:
    members = {"pat": (CareTeamMember("ben", "Nurse"), CareTeamMember("new", "Nurse"))}

    found = settled(a_document([], [replace(PAT, care_team=())]), members=members)

    assert only_patient(found).care_team == (CareTeamMember("ben", "Physician"),)


def test_references_to_nobody_are_left_out_and_reported() -> None:
    strange = replace(
        PAT, care_team=(CareTeamMember("ghost", "Nurse"),), home_site="nowhere", sites=("nowhere", "south", "south")
    )
    new = replace(strange, id="new")

    found = settled(a_document([], [strange, new]))

    assert [(patient.care_team, patient.home_site, patient.sites) for patient in found.document.patients] == [
        ((), "north", ("south",)),
        ((), "south", ("south",)),
    ]
    lost = {("pat", NOBODY_LEFT)}
    assert set(reasons(found)) == lost | {(who, why) for who in ("pat", "new") for why in (NOT_ON_STAFF, NOT_A_SITE)}


def test_a_strict_source_is_refused_for_what_would_be_left_out() -> None:
    document = a_document([], [replace(PAT, care_team=(CareTeamMember("ghost", "Nurse"),))])

    with pytest.raises(Invalid) as refused:
        settled(document, is_strict=True)

    assert [error.message for error in refused.value.errors] == [NOT_ON_STAFF]


def test_replace_leaves_what_may_be_in_the_part_that_was_not_read() -> None:
    document = a_document([ADMIN], [])
    unread = {RecordKind.STAFF: frozenset({"ann"}), RecordKind.PATIENTS: frozenset({"sam", "ghost"})}

    one = settled(document, Mode.REPLACE, staying=unread)
    everybody = settled(document, Mode.REPLACE, anybody=frozenset(RecordKind))
    merged = settled(document, Mode.MERGE, anybody=frozenset(RecordKind))

    change = plan(CURRENT, one.document, Mode.REPLACE)
    assert [member.id for member in change.staff.deactivated] == ["ben"]
    assert [patient.id for patient in change.patients.deactivated] == ["pat"]
    assert reasons(one) == [("ann", STAYS), ("sam", STAYS)]
    assert not plan(CURRENT, everybody.document, Mode.REPLACE).changes_anything
    assert merged.document.patients == ()


def test_places_that_are_no_sites_any_more_are_hidden() -> None:
    found = settled(RosterDocument(sites=(NORTH,)), closed=frozenset({"north", "south", "ghost"}))

    assert found.document.sites == (NORTH, Site("south", "South Clinic", hidden=True))


def test_what_a_faulty_record_takes_away_is_applied_and_comes_first() -> None:
    users = (replace(MOTHER, permissions=READ, until=NOON), replace(CARER, permissions=BOTH))
    found = settled(
        RosterDocument(),
        narrowed=(
            Narrowing(RecordKind.STAFF, "ann", inactive=True, file="Practitioner.ndjson", line=7),
            Narrowing(RecordKind.STAFF, "ada", roles=frozenset({Role.STAFF})),
            Narrowing(RecordKind.PATIENTS, "pat", users=users),
            Narrowing(RecordKind.PATIENTS, "sam", inactive=True, replaced_by="pat"),
            Narrowing(RecordKind.PATIENTS, "ghost", inactive=True),
            Narrowing(RecordKind.STAFF, "ghost", inactive=True),
            Narrowing(RecordKind.STAFF, "ben"),
        ),
    )

    staff = {record.id: record for record in found.document.staff}
    patients = {patient.id: patient for patient in found.document.patients}
    assert (staff["ann"].active, staff["ada"].roles) == (False, frozenset({Role.STAFF}))
    assert [
        (authorized_user.id, authorized_user.permissions, authorized_user.until)
        for authorized_user in patients["pat"].authorized_users
    ] == [
        ("mother", READ, NOON),
        ("carer", READ, None),
    ]
    assert (patients["sam"].active, patients["sam"].replaced_by) == (False, "pat")
    assert reasons(found) == [(who, NARROWED) for who in ("ann", "ada", "pat", "sam")]
    noise = Finding("File", "x", "is not read", level=Level.NORMAL)
    first = min([noise, *found.findings], key=lambda one: URGENCY[one.level])
    assert first.in_words() == f"staff ann (Practitioner.ndjson, line 7): {NARROWED}"


def test_a_narrowing_takes_away_and_never_gives() -> None:
    gone = settled(RosterDocument(), narrowed=(Narrowing(RecordKind.PATIENTS, "pat", users=(MOTHER,)),))
    earlier = replace(MOTHER, until=NOON - timedelta(days=1))
    current = replace(CURRENT, patients={"pat": replace(PAT, authorized_users=(earlier,))})
    later = (replace(MOTHER, until=NOON),)
    doubts = Doubts(narrowed=(Narrowing(RecordKind.PATIENTS, "pat", users=later),))

    assert [authorized_user.id for authorized_user in only_patient(gone).authorized_users] == ["mother"]
    assert settle(current, RosterDocument(doubts=doubts), Mode.MERGE).document.patients == ()


def test_a_narrowing_is_applied_to_the_record_that_the_document_names() -> None:
    record = StaffRecord("new", "New")
    narrowed = (
        Narrowing(RecordKind.STAFF, "new", inactive=True, roles=frozenset()),
        Narrowing(RecordKind.PATIENTS, "pat", inactive=True),
    )

    found = settled(RosterDocument(staff=(record,), patients=(PAT,)), narrowed=narrowed)

    assert not found.document.staff[0].active
    assert not only_patient(found).active
    # Somebody new had nothing to lose.
    assert reasons(found) == [("pat", NARROWED)]


def test_what_a_faulty_record_that_is_taken_takes_away_is_reported_too() -> None:
    gone = replace(PAT, active=False)

    found = settled(RosterDocument(patients=(gone,)), narrowed=(Narrowing(RecordKind.PATIENTS, "pat", inactive=True),))

    assert only_patient(found) == gone
    assert reasons(found) == [("pat", NARROWED)]


def test_links_between_charts_lead_somewhere_and_never_round() -> None:
    charts = [
        replace(PAT, replaced_by="sam"),
        a_patient("one", replaced_by="two"),
        a_patient("two", replaced_by="one"),
        a_patient("three", replaced_by="ghost"),
        a_patient("four", replaced_by="one"),
    ]

    found = settled(RosterDocument(patients=tuple(charts)))

    links = {patient.id: patient.replaced_by for patient in found.document.patients}
    assert links == {"pat": "sam", "one": None, "two": None, "three": None, "four": "one"}
    assert reasons(found) == [("three", LINK_LOST), ("one", LINK_CIRCLE), ("two", LINK_CIRCLE)]


def test_a_link_that_leads_to_nobody_stays_as_it_was() -> None:
    current = replace(CURRENT, patients={**CURRENT.patients, "pat": replace(PAT, replaced_by="sam")})
    document = RosterDocument(patients=(replace(PAT, replaced_by="ghost"),), doubts=Doubts())

    assert only_patient(settle(current, document, Mode.MERGE)).replaced_by == "sam"


@pytest.mark.parametrize(
    ("target", "said"),
    [("ghost", "is not a patient of the practice"), ("pat", "leads back to this patient"), ("sam", None)],
)
def test_a_document_may_only_merge_a_chart_into_another_one(target, said) -> None:
    errors = check(CURRENT, RosterDocument(patients=(replace(PAT, replaced_by=target),)))

    assert [(error.field, error.message) for error in errors] == ([("patients.0.replaced_by", said)] if said else [])


def test_what_is_normal_is_counted() -> None:
    findings = [
        Finding("CareTeam", "t-1", "is over"),
        Finding("CareTeam", "t-2", "is over"),
        Finding("File", "x", "no"),
    ]

    counts = Counter((finding.type, finding.reason) for finding in findings)
    assert grouped(counts) == ["2 CareTeam: is over", "1 File: no"]
    assert findings[2].in_words() == "File x: no"
    assert Finding("Patient", "p", "no", "name", "Patient.ndjson").in_words() == "Patient p name (Patient.ndjson): no"
