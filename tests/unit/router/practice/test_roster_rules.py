"""Checks of a roster take as many steps as it has records, sites and members of care teams."""

from dataclasses import replace

from router.practice import roster_rules
from router.practice.people import CareTeamMember, Roster
from router.practice.roster import RosterDocument, StaffRecord
from tests.builders import NORTH, a_patient, a_staff
from tests.counted import counted_texts


def test_somebody_new_can_not_have_an_id_that_means_others_and_who_has_one_keeps_it() -> None:
    """`catch_all` and `cascade` stand for others where an overdue message is handed over."""
    staff = tuple(StaffRecord(one, one.title()) for one in ("ann", "catch_all", "cascade"))
    known = Roster({}, {"cascade": a_staff("cascade")}, {})

    wrong = roster_rules.check(known, RosterDocument(staff=staff))

    assert [(error.field, error.message) for error in wrong] == [
        ("staff.1.id", "is a reserved word; choose another id")
    ]


def test_sites_and_care_teams_are_checked_in_as_many_steps_as_they_are_long() -> None:
    """Each was compared with all before it, and one patient of a roster has room for millions."""
    ids, compared = counted_texts(500)
    ids = [*ids, ids[0]]
    team = tuple(CareTeamMember(one, "Nurse") for one in ids)
    patient = replace(a_patient("pat"), home_site=None, sites=tuple(ids), care_team=team)
    staff = {one: a_staff(one) for one in ids}
    sites = dict.fromkeys(ids, NORTH)

    wrong = roster_rules.check(Roster(sites, staff, {}), RosterDocument(patients=(patient,)))

    assert [(error.field, error.message) for error in wrong] == [
        ("patients.0.sites.500", "is named twice"),
        ("patients.0.care_team.500.staff", "is named twice in the care team"),
    ]
    assert len(compared) <= 20 * len(ids)
