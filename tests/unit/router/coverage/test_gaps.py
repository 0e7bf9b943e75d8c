"""What the catch-all, one person alone or nobody would own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.coverage.gaps import Gap, GapKind, gaps
from router.coverage.patient_counts import count_patients
from router.messages.compose import ChooseTo, compose_form
from router.messaging.settings import MessagingSettings
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import Staffing, represent
from router.practice.people import Patient, Site
from router.practice.topics import Topic
from tests.builders import CLINIC, NOON, NORTH, SOUTH, a_patient, a_staff, away, settings, staffing, topic_set
from tests.unit.router import strategies

ADA, ANN, BEN = a_staff("ada", admin=True), a_staff("ann"), a_staff("ben")
GONE = a_staff("gone", active=False)
SITES = {"north": NORTH, "south": SOUTH, "old": Site("old", "Old Clinic", hidden=True)}
ONLY_BILLING = [topic for topic in Topic if topic is not Topic.BILLING]


def found(messaging: MessagingSettings, people: Staffing | None = None, *patients: Patient) -> list[Gap]:
    practice = PracticeSnapshot(CLINIC, messaging, people or staffing(ADA, ANN, BEN), SITES, NOON)
    return gaps(practice, count_patients(practice, patients))


def billing(*recipients: str, **values: object) -> MessagingSettings:
    """Settings in which billing alone is on."""
    made = settings(practice=topic_set({Topic.BILLING: recipients}, off=ONLY_BILLING))
    return replace(made, **values)  # type: ignore[arg-type] # a test names the fields.


@pytest.mark.parametrize(
    ("recipients", "people", "kind", "owners"),
    [
        (["ann"], staffing(ADA, ANN), GapKind.SINGLE_RECIPIENT, ("ann",)),
        (["ann", "gone"], staffing(ADA, ANN, GONE), GapKind.SINGLE_RECIPIENT, ("ann",)),
        (["ann", "ben"], staffing(ADA, ANN, BEN, absences=[away("ben", "ann")]), GapKind.SINGLE_RECIPIENT, ("ann",)),
        (["ann"], staffing(ADA, ANN, absences=[away("ann")]), GapKind.CATCH_ALL, ("ada",)),
        (["gone"], staffing(ADA, GONE), GapKind.CATCH_ALL, ("ada",)),
        (["gone"], staffing(ADA, GONE, absences=[away("ada")]), GapKind.CATCH_ALL, ("ada",)),
        (["gone"], staffing(ANN, GONE), GapKind.NOBODY, ()),
    ],
)
def test_a_topic_with_recipients_belongs_to_whoever_is_left(recipients, people, kind, owners) -> None:
    gap = found(billing(*recipients), people)[0]

    assert (gap.topic, gap.kind, gap.owners, gap.patients_without_choice) == (Topic.BILLING, kind, owners, 0)


def test_several_recipients_who_are_there_are_no_gap() -> None:
    assert found(billing("ann", "ben"), None, a_patient()) == []


def test_a_topic_that_is_off_is_no_gap() -> None:
    assert found(settings(practice=topic_set({}, off=list(Topic))), None, a_patient()) == []


def test_a_topic_without_recipients_is_a_gap_for_those_who_have_nobody_to_choose() -> None:
    people = staffing(ADA, ANN, GONE)
    patients = [a_patient("one"), a_patient("two", team=["gone"]), a_patient("three", team=["ann"])]

    assert found(billing(), people, *patients, a_patient("left", active=False)) == [
        Gap(
            None,
            Topic.BILLING,
            GapKind.CATCH_ALL,
            ("ada",),
            2,
            "Practice, Billing: there are no recipients, and 2 patients have nobody active on the care team to choose. "
            "The catch-all would get new messages: Ada.",
        )
    ]
    assert found(billing(), people, patients[2]) == []


@pytest.mark.parametrize(
    ("messaging", "people", "message"),
    [
        (billing("ann"), staffing(ADA, ANN), "Practice, Billing: Only Ann would get new messages."),
        (
            billing(),
            staffing(ANN),
            (
                "Practice, Billing: there are no recipients, and 1 patient has nobody active on the care team "
                "to choose. Nobody would get new messages: nobody on the catch-all is active either."
            ),
        ),
    ],
)
def test_each_gap_says_what_it_means(messaging, people, message) -> None:
    assert [gap.message for gap in found(messaging, people, a_patient())] == [message]


def test_by_site_each_visible_site_is_looked_at_with_those_who_attend_it() -> None:
    own = {"south": topic_set({Topic.BILLING: ["ann"]}, off=ONLY_BILLING), "old": topic_set({Topic.BILLING: ["ann"]})}
    both = a_patient("both", sites=("north", "south"))

    by_site = found(billing(by_site=True, sites=own), None, both, a_patient("north"))

    assert [(gap.site, gap.kind, gap.patients_without_choice) for gap in by_site] == [
        ("north", GapKind.CATCH_ALL, 2),
        ("south", GapKind.SINGLE_RECIPIENT, 0),
    ]
    assert by_site[0].message.startswith("North Clinic, Billing:")


def test_by_site_the_practices_set_counts_for_patients_without_a_site() -> None:
    own = {site: topic_set({}, off=list(Topic)) for site in ("north", "south")}
    nowhere = [a_patient("none", home_site=None, sites=()), a_patient("old", home_site="old", sites=("old",))]

    assert found(billing(by_site=True, sites=own), None, a_patient()) == []
    [gap] = found(billing(by_site=True, sites=own), None, a_patient(), *nowhere)
    assert (gap.site, gap.patients_without_choice) == (None, 2)
    assert gap.message.startswith("Patients without a site, Billing:")


@given(
    messaging=strategies.distributions,
    people=strategies.staffings(),
    sites=strategies.sites,
    patient=strategies.patients,
    at=strategies.moments,
)
def test_a_patient_is_counted_just_where_the_form_would_offer_no_choice(messaging, people, sites, patient, at) -> None:
    practice = PracticeSnapshot(CLINIC, messaging, people, sites, at)
    counted = {
        (gap.site, gap.topic)
        for gap in gaps(practice, count_patients(practice, [patient]))
        if gap.patients_without_choice
    }

    for site in ("north", "south") if messaging.by_site else (None,):
        form = compose_form(patient, None, site, practice)
        if not form.enabled or (site is not None and form.site != site):
            continue
        for offered in form.topics:
            unassigned = not messaging.in_force(form.site)[offered.topic].recipients
            assert ((site, offered.topic) in counted) == (unassigned and not isinstance(offered.to, ChooseTo))


@given(
    messaging=strategies.distributions,
    people=strategies.staffings(),
    sites=strategies.sites,
    some=st.lists(strategies.patients, max_size=3),
    at=strategies.moments,
)
def test_a_gap_holds_what_its_kind_says(messaging, people, sites, some, at) -> None:
    practice = PracticeSnapshot(CLINIC, messaging, people, sites, at)
    for gap in gaps(practice, count_patients(practice, some)):
        recipients = messaging.in_force(gap.site)[gap.topic].recipients
        takers = {represent(staff, people, at).taken_by for staff in recipients} - {None}
        assert (len(takers) == 1) == (gap.kind is GapKind.SINGLE_RECIPIENT)
        assert set(gap.owners) >= takers
        assert (gap.kind is GapKind.NOBODY) == (not gap.owners)
        assert all(people.is_active(owner) for owner in gap.owners)
