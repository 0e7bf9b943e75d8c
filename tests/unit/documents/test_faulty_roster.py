"""A JSON roster, record by record."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.faulty_access import narrowing_of
from adapters.documents.roster_file import read_roster_json
from router.errors import Invalid
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding, Level
from router.practice.people import AuthorizedUser, Permission, Role, Roster
from router.practice.roster import Mode, RosterDocument
from tests.builders import NORTH, a_patient, a_staff
from tests.samples.rosters import bring

BOTH = frozenset(Permission)
MOTHER = AuthorizedUser("mother", "Mo", "mo@home.example", permissions=BOTH)
CARER = AuthorizedUser("carer", "Ca", permissions=BOTH)
PAT = a_patient(
    "pat", team=["ann", "ada"], email="pat@home.example", record_number="M-1", authorized_users=(MOTHER, CARER)
)
PRACTICE = Roster(
    {"north": NORTH}, {"ann": a_staff("ann"), "ada": a_staff("ada", admin=True)}, {"pat": PAT, "sam": a_patient("sam")}
)
CHART = {
    "id": "pat",
    "name": "Pat Doe",
    "email": "pat@home.example",
    "record_number": "M-1",
    "home_site": "north",
    "care_team": [{"staff": "ann", "role": "Physician"}, {"staff": "ada", "role": "Physician"}],
    "authorized_users": [
        {"id": "mother", "name": "Mo", "email": "mo@home.example", "permissions": ["messages:read", "messages:write"]},
        {"id": "carer", "name": "Ca", "permissions": ["messages:read", "messages:write"]},
    ],
}


def read(*patients: object, **more: object) -> tuple[RosterDocument, tuple[Finding, ...]]:
    """A roster of these patients."""
    return read_roster_json(json.dumps({"patients": patients, **more}).encode(), "roster.json", is_strict=False)


def brought(*patients: object, mode: Mode = Mode.MERGE, **more: object) -> Roster:
    """The practice after a roster of these patients."""
    return bring(PRACTICE, read(*patients, **more)[0], mode)[0]


def test_a_roster_without_faults_is_read_as_ever() -> None:
    document, findings = read(CHART)

    assert bring(PRACTICE, document)[0] == PRACTICE
    assert findings == ()


@pytest.mark.parametrize(
    "faulty",
    [
        {"birth_date": "1980-02-30"},
        {"email": "nobody"},
        {"record_number": "x" * 200},
        {"home_site": 7},
        {"sites": "north"},
        {"care_team": "ann"},
        {"care_team": [{"staff": "ann"}]},
        {"care_team": [{"staff": 7, "role": "x"}]},
        {"notify": "yes"},
        {"surprise": 7},
        {"name": None},
        {"name": " "},
        {"active": "no"},
        {"authorized_users": {}},
        {"replaced_by": 7},
        {"id": 7},
        {"id": " "},
        {"id": "pat\x07"},
    ],
)
@pytest.mark.parametrize("mode", Mode)
def test_a_faulty_field_of_a_known_person_stays_as_it_was(faulty: dict[str, object], mode: Mode) -> None:
    people = {"staff": [{"id": one, "name": one.title(), "email": f"{one}@clinic.example"} for one in ("ann", "ada")]}
    sites = {"sites": [{"id": "north", "name": "North Clinic"}]}

    _, findings = read(CHART | faulty)

    assert brought(
        CHART | faulty, {"id": "sam", "name": "Pat Doe", "home_site": "north"}, mode=mode, **people, **sites
    ) == (PRACTICE)
    assert findings
    assert all(finding.file == "roster.json" and finding.field.startswith("patients.0") for finding in findings)


def test_what_narrows_access_is_applied_although_the_rest_is_faulty() -> None:
    user = {"id": "mother", "name": 7, "permissions": ["messages:read"], "until": "2026-03-01T00:00:00Z"}
    after = brought(
        CHART | {"name": 7, "active": False, "authorized_users": [user]},
        staff=[{"id": "ada", "roles": ["staff"]}, {"id": "ann", "name": "", "active": False}],
    )

    chart = after.patients["pat"]
    assert (chart.active, chart.name) == (False, "Pat Doe")
    assert chart.authorized_users == (
        AuthorizedUser(
            "mother",
            "Mo",
            "mo@home.example",
            permissions=frozenset({Permission.READ}),
            until=datetime(2026, 3, 1, tzinfo=UTC),
        ),
    )
    assert after.staff["ada"].roles == {Role.STAFF}
    assert not after.staff["ann"].active


@pytest.mark.parametrize(
    "users", [[{"name": "x"}], ["mother"], [{"id": "mother", "permissions": 7, "until": 7}, {"id": "carer"}], 7]
)
def test_what_cannot_be_told_takes_nothing_away(users: object) -> None:
    assert brought(CHART | {"authorized_users": users, "name": 7}) == PRACTICE


def test_names_are_repaired_and_what_is_named_twice_is_one() -> None:
    twice = {"id": "carer", "name": "Ca", "permissions": ["messages:read"]}
    document, findings = read(
        CHART | {"name": "O\x92Neil", "authorized_users": [twice, {**twice, "permissions": ["messages:write"]}]},
        {"id": "new", "name": "x" * 300, "email": "", "care_team": [{"staff": "ann", "role": "y" * 300}]},
        {"id": "new", "name": "Another"},
        sites=[{"id": "s", "name": "St. Mary\x92s"}],
    )

    pat, new = document.patients
    assert (pat.name, new.name) == ("O\u2019Neil", "Another")
    assert pat.authorized_users == (AuthorizedUser("carer", "Ca", permissions=frozenset()),)
    assert document.sites[0].name == "St. Mary\u2019s"
    assert [(finding.source, finding.field, finding.level) for finding in findings] == [
        ("s", "sites.0.name", Level.REPAIRED),
        ("pat", "patients.0.name", Level.REPAIRED),
        ("new", "patients.1.name", Level.REPAIRED),
        ("new", "patients.1.care_team.0.role", Level.REPAIRED),
        ("new", "patients.2", Level.ATTENTION),
    ]


@pytest.mark.parametrize("data", [b"[]", b'{"people": []}', b'{"patients": {}}', b"{", b'{"patients": [{"id": 7}]}'])
def test_what_is_no_roster_is_refused_as_a_whole_and_so_is_a_strict_one(data: bytes) -> None:
    with pytest.raises(Invalid):
        read_roster_json(data, "roster.json", is_strict=True)
    if b"7" not in data:
        with pytest.raises(Invalid):
            read_roster_json(data, "roster.json", is_strict=False)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from([*CHART, "birth_date", "sites", "until"]), value=VALUES, mode=st.sampled_from(Mode))
def test_any_value_of_any_field_can_be_brought_in(name: str, value: object, mode: Mode) -> None:
    """Nothing is refused, and sam, whose record is fine, is on the roster."""
    after = brought(CHART | {name: value}, {"id": "sam", "name": "Sam"}, mode=mode)

    assert after.patients["sam"].name == "Sam"
    assert after.patients["sam"].active


def test_authorized_users_with_an_id_that_nobody_can_have_take_nothing_away() -> None:
    """It may be anybody's, garbled; and PostgreSQL can't store broken Unicode."""
    record = {"authorized_users": [{"id": "\ud800", "permissions": []}]}

    assert narrowing_of(RecordKind.PATIENTS, "yan", record, "part 1", None) is None


def test_an_address_that_may_reach_nobody_is_taken_and_reported() -> None:
    people = {"staff": [{"id": "kim", "name": "Kim", "email": "none@none"}]}

    document, findings = read_roster_json(json.dumps(people).encode(), "roster.json", is_strict=False)

    assert document.staff[0].email == "none@none"
    assert [(one.field, one.level) for one in findings] == [("staff.0.email", Level.ATTENTION)]
