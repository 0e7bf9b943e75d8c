"""The compose form and checking against it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from router.messages.care_team_options import Option
from router.messages.compose import (
    ChooseTo,
    ComposeForm,
    FixedTo,
    FormRefused,
    Reason,
    check,
    compose_form,
)
from router.messages.readers import MessageReader
from router.messaging.ladder import READY_MADE, READY_MADE_URGENT
from router.messaging.settings import MessagingSettings, TopicSet
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import Staffing
from router.practice.people import AuthorizedUser, Permission, Site
from router.practice.topics import Topic
from tests.builders import CLINIC, NOON, NORTH, SOUTH, a_patient, a_staff, away, settings, staffing, topic_set

ANN, BEN = a_staff("ann"), a_staff("ben")
ADMIN = a_staff("ada", admin=True)
SITES = {"north": NORTH, "south": SOUTH, "old": Site("old", "Old Clinic", hidden=True)}
MOTHER = AuthorizedUser("mother", "Mo Doe", permissions=frozenset(Permission))
READER = AuthorizedUser("reader", "Rea Doe", permissions=frozenset({Permission.READ}))


def practice(
    messaging: MessagingSettings | None = None, people: Staffing | None = None, at: datetime = NOON
) -> PracticeSnapshot:
    return PracticeSnapshot(CLINIC, messaging or settings(), people or staffing(ANN, BEN, ADMIN), SITES, at)


def to_of(form: ComposeForm, topic: Topic) -> FixedTo | ChooseTo | None:
    offered = form.offered(topic)
    return offered.to if offered else None


def test_a_topic_with_recipients_shows_its_display_name() -> None:
    form = compose_form(a_patient(team=["ann"]), None, None, practice(settings({Topic.BILLING: ["ben"]})))

    assert form.enabled
    assert to_of(form, Topic.BILLING) == FixedTo("Billing Office")


def test_a_topic_without_recipients_offers_the_active_care_team_with_absences() -> None:
    people = staffing(ANN, BEN, ADMIN, a_staff("gone", active=False), absences=[away("ann", "ben")])

    form = compose_form(a_patient(team=["ann", "gone", "ben"]), None, None, practice(people=people))

    until = NOON + timedelta(hours=7)
    assert to_of(form, Topic.MEDICAL) == ChooseTo(
        (Option("ann", "Ann", "Physician", until, "Ben"), Option("ben", "Ben", "Physician"))
    )


def test_without_anybody_active_on_the_care_team_the_display_name_is_shown() -> None:
    form = compose_form(a_patient(), None, None, practice())

    assert to_of(form, Topic.MEDICAL) == FixedTo("Medical Team")


def test_a_topic_that_is_off_is_not_offered() -> None:
    form = compose_form(a_patient(), None, None, practice(settings(practice=topic_set({}, off=[Topic.OTHER]))))

    assert form.offered(Topic.OTHER) is None
    assert [topic.topic for topic in form.topics] == list(Topic)[:4]


def test_the_home_site_is_meant_unless_another_is_named() -> None:
    patient = a_patient(home_site="south", sites=("north", "south", "old"))
    by_site = settings(by_site=True, sites={"north": topic_set({}, off=[Topic.OTHER])})

    home = compose_form(patient, None, None, practice(by_site))
    other = compose_form(patient, None, "north", practice(by_site))

    assert (home.site, other.site) == ("south", "north")
    assert home.sites == (SOUTH, NORTH)
    assert home.offered(Topic.OTHER)
    assert not other.offered(Topic.OTHER)


def test_a_patient_without_any_site_gets_the_practices_set() -> None:
    by_site = settings({Topic.OTHER: ["ann"]}, by_site=True, sites={"north": topic_set({})})

    form = compose_form(a_patient(home_site=None, sites=()), None, None, practice(by_site))

    assert form.site is None
    assert to_of(form, Topic.OTHER) == FixedTo("Front Desk")


@pytest.mark.parametrize(
    ("patient", "actor", "messaging", "people", "reason"),
    [
        (a_patient(), None, settings(messaging_enabled=False), None, Reason.MESSAGING_OFF),
        (a_patient(active=False), None, settings(), None, Reason.PATIENT_INACTIVE),
        (a_patient(active=False, replaced_by="new"), None, settings(), None, Reason.CHART_REPLACED),
        (a_patient(), READER, settings(), None, Reason.NOT_PERMITTED),
        (a_patient(), None, settings(practice=topic_set({}, off=list(Topic))), None, Reason.NO_TOPICS),
        (a_patient(), None, settings({Topic.OTHER: ["ann"]}), staffing(ANN), Reason.NOBODY_AVAILABLE),
    ],
)
def test_a_form_that_is_not_enabled_says_why_and_offers_nothing(patient, actor, messaging, people, reason) -> None:
    form = compose_form(patient, actor, None, practice(messaging, people))

    assert (form.enabled, form.reason, form.topics) == (False, reason, ())
    with pytest.raises(FormRefused) as refused:
        check(form, Topic.OTHER, None, None)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("others", "timing", "told"),
    [
        (True, {"ladder": READY_MADE}, ["others"]),
        (False, {"ladder": READY_MADE}, []),
        (True, {"ladder": READY_MADE[-1:]}, []),
        (True, {}, []),
        (True, {"urgent_ladder": READY_MADE_URGENT}, ["others"]),
        (True, {"ladder": READY_MADE[-1:], "on_call": ("ben",)}, ["on_call"]),
        (True, {"ladder": READY_MADE, "urgent_ladder": READY_MADE_URGENT, "on_call": ("ben",)}, ["others", "on_call"]),
        (False, {"urgent_ladder": READY_MADE_URGENT, "on_call": ("ben",)}, []),
    ],
)
def test_readers_name_others_who_may_get_what_was_written_to_a_chosen_provider_or_in_private(
    timing: Mapping[str, Any], told: list[str], *, others: bool
) -> None:
    topics = {topic: replace(one, others_may_get_chosen=others) for topic, one in topic_set({}).topics.items()}
    chosen = compose_form(a_patient(team=["ann"]), None, None, practice(settings(practice=TopicSet(topics), **timing)))
    assert [reader.id for reader in chosen.readers] == told
    assert {reader.kind for reader in chosen.readers} <= {"staff"}
    # Behind a display name, they get what is private, which only the patient can write.
    fixed = {topic: replace(one, recipients=("ben",)) for topic, one in topics.items()}
    named = practice(settings(practice=TopicSet(fixed), **timing))
    patient = a_patient(team=["ann"], authorized_users=(MOTHER,))
    assert [reader.id for reader in compose_form(patient, None, None, named).readers] == ["mother", *told]
    assert [reader.id for reader in compose_form(patient, MOTHER, None, named).readers] == ["pat"]


def test_readers_are_those_who_may_read_besides_the_one_who_writes() -> None:
    silent = AuthorizedUser("silent", "Si Doe")
    patient = a_patient(authorized_users=(MOTHER, READER, silent))

    by_patient = compose_form(patient, None, None, practice()).readers
    by_mother = compose_form(patient, MOTHER, None, practice()).readers

    mother, reader = (
        MessageReader("authorized_user", "mother", "Mo Doe"),
        MessageReader("authorized_user", "reader", "Rea Doe"),
    )
    assert by_patient == (mother, reader)
    assert by_mother == (MessageReader("patient", "pat", "Pat Doe"), reader)


@pytest.mark.parametrize(
    ("topic", "site", "to", "reason", "field"),
    [
        (Topic.MEDICAL, "south", "ann", "site_not_attended", "site"),
        (Topic.OTHER, None, None, "topic_off", "topic"),
        (Topic.BILLING, None, "ann", "no_choice", "to"),
        (Topic.MEDICAL, None, None, "choice_due", "to"),
        (Topic.MEDICAL, "north", "ben", "not_offered", "to"),
    ],
)
def test_what_does_not_fit_the_form_is_refused_with_the_field_and_the_form(topic, site, to, reason, field) -> None:
    messaging = settings(practice=topic_set({Topic.BILLING: ["ben"]}, off=[Topic.OTHER]))
    form = compose_form(a_patient(team=["ann"]), None, site, practice(messaging))

    with pytest.raises(FormRefused) as refused:
        check(form, topic, site, to)

    assert (refused.value.reason, refused.value.errors[0].field) == (reason, field)
    assert refused.value.form is form


@pytest.mark.parametrize(
    ("topic", "to", "shown"), [(Topic.BILLING, None, "Billing Office"), (Topic.MEDICAL, "ann", "Ann")]
)
def test_what_fits_returns_the_text_of_to(topic, to, shown) -> None:
    form = compose_form(a_patient(team=["ann"]), None, None, practice(settings({Topic.BILLING: ["ben"]})))

    assert check(form, topic, "north", to) == shown


@pytest.mark.parametrize(
    ("people", "absences", "open_to_others", "billing", "medical"),
    [
        ((ANN, BEN), [], False, (True, False), (False, False)),
        ((ANN, BEN), [], True, (True, True), (True, True)),
        ((ANN, replace(BEN, active=False)), [], True, (False, False), (False, False)),
        ((ANN, BEN), [away("ben")], True, (False, False), (False, False)),
        ((ANN, BEN), [away("ben", "ann")], False, (True, False), (False, False)),
    ],
)
def test_somebody_is_on_call_for_a_topic_if_they_are_there_and_may_get_it(
    people, absences, open_to_others, billing, medical
) -> None:
    """Bills go to ann; with what is medical, patients choose from their care team. Ben is on call."""
    topics = topic_set({Topic.BILLING: ["ann"]}).topics
    opened = {topic: replace(one, others_may_get_chosen=open_to_others) for topic, one in topics.items()}
    messaging = settings(practice=TopicSet(opened), on_call=("ben",))
    snapshot = replace(practice(messaging, people), staffing=staffing(*people, absences=absences))

    form = compose_form(a_patient(team=["ann"]), None, None, snapshot)

    found = {one.topic: (one.on_call, one.on_call_in_private) for one in form.topics}
    assert (found[Topic.BILLING], found[Topic.MEDICAL]) == (billing, medical)
    assert form.somebody_on_call is medical[0]
    assert not replace(form, topics=()).somebody_on_call
