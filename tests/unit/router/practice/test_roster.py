"""Working out what a roster document changes, and what it may not hold."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.errors import FieldError, GuardedReplace
from router.practice.people import AuthorizedUser, CareTeamMember, Role, Roster, Site
from router.practice.roster import Leaving, Mode, RosterDocument, StaffRecord, guard, plan
from router.practice.roster_rules import check, is_email, with_key
from tests.builders import NOON, NORTH, SOUTH, a_document, a_patient, a_staff

ANN, ADMIN = a_staff("ann"), a_staff("ada", admin=True)
PAT = a_patient(team=["ann"])
CURRENT = Roster({"north": NORTH, "south": SOUTH}, {"ann": ANN, "ada": ADMIN}, {"pat": PAT})
NOBODY = Roster({}, {}, {})


def test_a_document_that_says_what_is_there_changes_nothing() -> None:
    change = plan(CURRENT, a_document([ANN, ADMIN], [PAT]), Mode.MERGE)

    assert not change.changes_anything
    assert (change.sites.unchanged, change.staff.unchanged, change.patients.unchanged) == (2, 2, 1)


def test_merge_replaces_whole_records_and_leaves_the_others_alone() -> None:
    moved = replace(PAT, home_site="south", sites=("south",))

    change = plan(CURRENT, a_document([a_staff("ben")], [moved]), Mode.MERGE)

    assert change.staff.created == (a_staff("ben"),)
    assert change.patients.updated == (moved,)
    assert change.staff.deactivated == ()


def test_absent_roles_are_kept_and_new_staff_are_staff() -> None:
    document = RosterDocument(staff=(StaffRecord("ada", "Ada", "ada@clinic.example"), StaffRecord("new", "New")))

    change = plan(CURRENT, document, Mode.MERGE)

    assert change.staff.unchanged == 1
    assert change.staff.created[0].roles == {Role.STAFF}


def test_replace_deactivates_and_hides_whom_it_does_not_name() -> None:
    change = plan(CURRENT, RosterDocument((NORTH,), (StaffRecord("ada", "Ada", "ada@clinic.example"),)), Mode.REPLACE)

    assert change.sites.deactivated == (Site("south", "South Clinic", hidden=True),)
    assert change.staff.deactivated == (a_staff("ann", active=False),)
    assert change.patients.deactivated == (replace(PAT, active=False),)
    assert change.changes_anything


def test_whoever_was_inactive_before_is_updated_not_deactivated() -> None:
    before = Roster({}, {"ann": a_staff("ann", active=False)}, {})

    change = plan(before, a_document([a_staff("ann", name="Anna", active=False)]), Mode.MERGE)

    assert [member.name for member in change.staff.updated] == ["Anna"]


def test_a_replace_that_would_deactivate_many_is_guarded() -> None:
    with pytest.raises(GuardedReplace) as refused:
        guard(CURRENT, plan(CURRENT, RosterDocument(), Mode.REPLACE), Leaving(5, 1))

    assert [error.field for error in refused.value.errors] == ["staff", "patients", "staff"]


def test_a_replace_may_deactivate_a_tenth_but_not_the_last_administrator() -> None:
    crowd = {f"s{number}": a_staff(f"s{number}") for number in range(19)}
    many = Roster({}, crowd | {"ada": ADMIN}, {})
    kept = [member for member in many.staff.values() if member.id not in {"s0", "s1"}]

    guard(many, plan(many, replace(a_document(kept), sites=()), Mode.REPLACE), Leaving(10, 1))
    without_admin = plan(many, replace(a_document(list(crowd.values())), sites=()), Mode.REPLACE)
    with pytest.raises(GuardedReplace) as refused:
        guard(many, without_admin, Leaving(10, 1))

    assert [error.message for error in refused.value.errors] == [
        "would leave the practice without a portal administrator"
    ]


def test_a_first_roster_is_never_guarded() -> None:
    guard(NOBODY, plan(NOBODY, a_document([ANN], [PAT]), Mode.REPLACE), Leaving(0, 0))


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (RosterDocument(sites=(NORTH, NORTH)), "sites.1.id"),
        (RosterDocument(sites=(Site("x" * 129, "Far"),)), "sites.0.id"),
        (RosterDocument(sites=(Site("far", "\x07"),)), "sites.0.name"),
        (RosterDocument(staff=(StaffRecord("new", ""),)), "staff.0.name"),
        (RosterDocument(staff=(StaffRecord("new", "New", "not an address"),)), "staff.0.email"),
        (RosterDocument(staff=(StaffRecord("new", "New", "a@b@c.example"),)), "staff.0.email"),
        (RosterDocument(staff=(StaffRecord("new", "New", None, "x" * 201),)), "staff.0.title"),
        (RosterDocument(patients=(a_patient(home_site="moon", sites=()),)), "patients.0.home_site"),
        (RosterDocument(patients=(a_patient(sites=("north", "moon")),)), "patients.0.sites.1"),
        (RosterDocument(patients=(a_patient(sites=("north", "north")),)), "patients.0.sites.1"),
        (RosterDocument(patients=(a_patient(team=["ghost"]),)), "patients.0.care_team.0.staff"),
        (RosterDocument(patients=(a_patient(team=["ann", "ann"]),)), "patients.0.care_team.1.staff"),
        (RosterDocument(patients=(a_patient(care_team=(CareTeamMember("ann", ""),)),)), "patients.0.care_team.0.role"),
        (RosterDocument(patients=(a_patient(email="nowhere"),)), "patients.0.email"),
        (
            RosterDocument(
                patients=(a_patient(authorized_users=(AuthorizedUser("u", "U"), AuthorizedUser("u", "U"))),)
            ),
            "patients.0.authorized_users.1.id",
        ),
    ],
)
def test_what_a_document_may_not_hold_is_named(document, field) -> None:
    assert [error.field for error in check(CURRENT, document)] == [field]


def test_a_document_may_refer_to_what_is_there_already() -> None:
    assert check(CURRENT, RosterDocument(patients=(a_patient("new", team=["ann"]),))) == []


def test_whose_time_has_ended_is_no_authorized_user_any_more() -> None:
    brief = AuthorizedUser("brief", "B", until=NOON)
    chart = a_patient(authorized_users=(brief, AuthorizedUser("lasting", "L")))

    assert chart.at(NOON - timedelta(seconds=1)) is chart
    assert [authorized_user.id for authorized_user in chart.at(NOON).authorized_users] == ["lasting"]


def test_a_chart_that_was_merged_takes_no_messages() -> None:
    assert a_patient().takes_messages
    assert not a_patient(active=False).takes_messages
    assert not a_patient(replaced_by="new").takes_messages


def test_an_error_of_a_record_has_its_id_and_one_of_the_whole_document_none() -> None:
    ids = {"staff": ["ann", "ben"]}

    assert with_key(FieldError("staff.1.email", "is wrong"), ids).key == "ben"
    assert with_key(FieldError("staff", "is wrong"), ids).key is None


def test_a_roster_takes_addresses_that_mail_can_be_sent_to() -> None:
    assert is_email("ann@clinic.example")
    assert not is_email("ann at clinic")
