"""What may not be saved, what is warned of, and what a change is called."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from router.messaging.changes import changes
from router.messaging.proposal import Proposal
from router.messaging.rules import check
from router.messaging.settings import MessagingSettings, TopicSet
from router.messaging.warnings import WarningCode, warnings
from router.practice.availability import Absence, Staffing
from router.practice.people import Site
from router.practice.topics import Topic
from tests.builders import NOON, NORTH, SOUTH, a_staff, away, settings, staffing, topic_set
from tests.counted import counted_texts

ANN, ADMIN, LEFT = a_staff("ann"), a_staff("ada", admin=True), a_staff("left", active=False)
PEOPLE = staffing(ANN, ADMIN, LEFT)
SITES = {"north": NORTH, "south": SOUTH}
BEFORE = settings()


def named(display_name: str) -> TopicSet:
    topics = dict(topic_set({}).topics)
    topics[Topic.OTHER] = replace(topics[Topic.OTHER], display_name=display_name)
    return TopicSet(topics)


def fields(
    after: MessagingSettings,
    before: MessagingSettings = BEFORE,
    people: Staffing = PEOPLE,
    sites: Mapping[str, Site] = SITES,
) -> list[str]:
    return [error.field for error in check(Proposal(before, after, people, sites))]


@pytest.mark.parametrize(
    ("after", "field"),
    [
        (settings({Topic.MEDICAL: ["ghost"]}), "practice.topics.medical.recipients.0"),
        (settings({Topic.MEDICAL: ["ann", "left"]}), "practice.topics.medical.recipients.1"),
        (settings({Topic.MEDICAL: ["ann", "ann"]}), "practice.topics.medical.recipients.1"),
        (settings(sites={"north": topic_set({Topic.BILLING: ["ghost"]})}), "sites.north.topics.billing.recipients.0"),
        (settings(sites={"moon": topic_set({})}), "sites.moon"),
        (settings(catch_all=("left",)), "catch_all.0"),
        (settings(practice=named("")), "practice.topics.other.display_name"),
        (settings(practice=named("x" * 81)), "practice.topics.other.display_name"),
        (settings(practice=named("Front\x00Desk")), "practice.topics.other.display_name"),
        (settings(disclaimer=" "), "disclaimer"),
        (settings(daily_conversations=-1), "daily_conversations"),
        (settings(daily_conversations=1_001), "daily_conversations"),
    ],
)
def test_what_can_not_be_saved_is_named(after, field) -> None:
    assert fields(after) == [field]


def test_somebody_who_left_may_stay_where_they_were() -> None:
    with_left = settings({Topic.MEDICAL: ["left"]})

    assert fields(with_left, before=with_left) == []


def test_distribution_by_site_needs_several_visible_sites() -> None:
    one = {"north": NORTH, "old": Site("old", "Old", hidden=True)}

    assert fields(settings(by_site=True), sites=one) == ["by_site"]
    assert fields(settings(by_site=True)) == []
    assert fields(settings(by_site=True), before=settings(by_site=True), sites=one) == []


def test_messaging_is_not_turned_on_while_nobody_could_catch_anything() -> None:
    off, on = settings(messaging_enabled=False), settings()
    nobody = staffing(ANN, LEFT)

    assert fields(on, before=off, people=nobody) == ["messaging_enabled"]
    assert fields(on, before=off) == []
    assert fields(replace(on, catch_all=("ann",)), before=off, people=nobody) == []
    assert fields(off, before=off, people=nobody) == []


def test_warnings_name_what_an_administrator_should_know() -> None:
    quiet = a_staff("quiet", email=None)
    people = staffing(ANN, quiet, LEFT, a_staff("off"), a_staff("lone"), absences=[away("off", "ann"), away("lone")])
    topics = {
        Topic.MEDICAL: ["left"],
        Topic.BILLING: ["off", "quiet"],
        Topic.MEDICATION: ["lone", "ann"],
        Topic.OTHER: ["ghost", "ann"],
    }

    found = [(one.code, one.field) for one in warnings(settings(topics, catch_all=("left",)), people, NOON)]

    assert found == [
        (WarningCode.NOBODY_TO_CATCH, "catch_all"),
        (WarningCode.RECIPIENT_INACTIVE, "catch_all.0"),
        (WarningCode.CATCH_ALL_OWNS, "practice.topics.medical.recipients"),
        (WarningCode.RECIPIENT_INACTIVE, "practice.topics.medical.recipients.0"),
        (WarningCode.RECIPIENT_AWAY, "practice.topics.medication.recipients.0"),
        (WarningCode.RECIPIENT_AWAY, "practice.topics.billing.recipients.0"),
        (WarningCode.RECIPIENT_WITHOUT_EMAIL, "practice.topics.billing.recipients.1"),
        # One of two has left.
        (WarningCode.SINGLE_RECIPIENT, "practice.topics.other.recipients"),
        (WarningCode.RECIPIENT_INACTIVE, "practice.topics.other.recipients.0"),
        (WarningCode.NO_ADMINISTRATOR, "administrators"),
    ]


def test_until_when_somebody_is_away_is_told_in_words_and_in_the_zone_of_the_moment() -> None:
    people = staffing(ADMIN, ANN, a_staff("off"), absences=[away("off", "ann")])
    at = NOON.astimezone(timezone(timedelta(hours=-6), "CST"))

    [warning] = warnings(settings({Topic.BILLING: ["off", "ann"]}), people, at)

    assert warning.message == "Off is away until Mon 2 Mar 2026, 13:00 CST, covered by Ann."


def test_an_address_that_few_mail_servers_take_is_warned_of() -> None:
    people = staffing(ADMIN, ANN, a_staff("jose", name="José", email="josé@clinic.example"))

    [warning] = warnings(settings({Topic.BILLING: ["ann", "jose"]}), people, NOON)

    assert (warning.code, warning.field) == (
        WarningCode.RECIPIENT_NEEDS_SMTPUTF8,
        "practice.topics.billing.recipients.1",
    )
    assert "José's email address" in warning.message


def test_an_address_that_looks_like_none_is_warned_of() -> None:
    people = staffing(ADMIN, ANN, a_staff("kim", name="Kim", email="none@none"))

    [warning] = warnings(settings({Topic.BILLING: ["ann", "kim"]}), people, NOON)

    assert (warning.code, warning.field) == (
        WarningCode.RECIPIENT_EMAIL_DOUBTFUL,
        "practice.topics.billing.recipients.1",
    )
    assert warning.message == "Kim's email address looks like a placeholder for no address."


def test_sets_of_sites_are_warned_of_only_while_they_decide() -> None:
    off = {"north": topic_set({}, off=list(Topic))}

    assert warnings(settings(sites=off), PEOPLE, NOON) == []
    by_site = warnings(settings(sites=off, by_site=True), PEOPLE, NOON)
    assert [(one.code, one.field) for one in by_site] == [(WarningCode.ALL_TOPICS_OFF, "sites.north.topics")]


def test_changes_are_told_in_words() -> None:
    before = MessagingSettings(catch_all=("ann", "ada"), sites={"south": topic_set({})})
    after = settings(
        {Topic.MEDICAL: ["ann"]},
        by_site=True,
        care_team_fallback=False,
        disclaimer="Call us.",
        catch_all=("ada", "ann"),
        sites={"north": topic_set({Topic.MEDICAL: ["ann"]}, off=[Topic.OTHER])},
    )
    renamed = replace(after, practice=named("Reception"), catch_all=("ghost",))

    assert changes(before, after, PEOPLE.members, SITES) == [
        "Messaging turned on.",
        "Distribution by site turned on.",
        "Care-team fallback turned off.",
        "Disclaimer changed.",
        "Catch-all: order changed.",
        "Practice, Medical, recipients: added Ann.",
        "North Clinic has its own settings.",
        "North Clinic, Medical, recipients: added Ann.",
        "North Clinic, Other turned off.",
        "South Clinic uses the practice's settings again.",
    ]
    assert changes(after, renamed, PEOPLE.members, {}) == [
        "Catch-all: added ghost.",
        "Catch-all: removed Ada, Ann.",
        "Practice, Medical, recipients: removed Ann.",
        "Practice, Other: display name changed from “Front Desk” to “Reception”.",
    ]
    assert changes(after, after, PEOPLE.members, SITES) == []


def test_a_daily_limit_is_told_in_words() -> None:
    limited = replace(BEFORE, daily_conversations=5)

    assert changes(BEFORE, limited, {}, {}) == ["New conversations for a patient limited to 5 within 24 hours."]
    assert changes(limited, BEFORE, {}, {}) == ["New conversations for a patient are no longer limited."]


def test_warnings_name_who_is_on_call_and_is_not_there() -> None:
    ada, quiet = a_staff("ada", admin=True), a_staff("quiet", email=None)
    messaging = settings(on_call=("left", "lone", "quiet"))

    def found(*absences: Absence) -> list[tuple[WarningCode, str]]:
        people = staffing(ada, quiet, LEFT, a_staff("lone"), absences=absences)
        return [(one.code, one.field) for one in warnings(messaging, people, NOON)]

    of_people = [
        (WarningCode.RECIPIENT_INACTIVE, "on_call.0"),
        (WarningCode.RECIPIENT_AWAY, "on_call.1"),
        (WarningCode.RECIPIENT_WITHOUT_EMAIL, "on_call.2"),
    ]
    assert found(away("lone")) == of_people
    everybody = found(away("lone"), away("quiet"), away("ada"))
    assert [one for one in everybody if one not in of_people] == [
        (WarningCode.RECIPIENT_AWAY, "on_call.2"),
        (WarningCode.NOBODY_ON_CALL, "on_call"),
        (WarningCode.NO_ADMINISTRATOR, "administrators"),
    ]


def test_lists_of_people_are_checked_in_as_many_steps_as_they_are_long() -> None:
    """Each was compared with all before it, and a request has room for 60,000."""
    people, compared = counted_texts(500)

    assert len(fields(settings(catch_all=tuple(people)))) == len(people)
    assert len(changes(settings(), settings(catch_all=tuple(people)), {}, {})) == 1
    assert len(changes(settings(catch_all=tuple(people)), settings(catch_all=("ann",)), {}, {})) == 2

    assert len(compared) <= 10 * len(people)
