"""The routing table, step by step."""

from datetime import timedelta

import pytest

from router.messages.cascade import Question, Recipient, Step, StepOutcome, resolve
from router.practice.availability import Standing
from router.practice.topics import Topic
from tests.builders import NOON, a_staff, away, settings, staffing, topic_set

ANN, BEN, CAT, DAN, EVE = (a_staff(name) for name in ("ann", "ben", "cat", "dan", "eve"))
ADMIN = a_staff("ada", admin=True)
EVERYBODY = staffing(ANN, BEN, CAT, DAN, EVE, ADMIN)
MEDICAL_TO_CAT = settings({Topic.MEDICAL: ["cat"]}, catch_all=("eve",))


def ask(**values: object) -> Question:
    return Question(**({"topic": Topic.MEDICAL, "site": "north"} | values))  # type: ignore[arg-type]


def test_the_owner_of_a_conversation_comes_first() -> None:
    found = resolve(ask(owner="ann", chosen="ben", care_team=("dan",)), MEDICAL_TO_CAT, EVERYBODY, NOON)

    assert found.recipients == (Recipient("ann", Step.OWNER),)
    assert found.step is Step.OWNER


def test_the_chosen_provider_is_honoured_even_if_the_topic_was_assigned_since() -> None:
    found = resolve(ask(chosen="ben", care_team=("ben", "dan")), MEDICAL_TO_CAT, EVERYBODY, NOON)

    assert found.recipients == (Recipient("ben", Step.CHOSEN_PROVIDER),)


def test_all_recipients_of_the_topic_get_it() -> None:
    both = settings({Topic.MEDICAL: ["cat", "dan"]})

    found = resolve(ask(), both, EVERYBODY, NOON)

    assert found.recipients == (Recipient("cat", Step.RECIPIENTS), Recipient("dan", Step.RECIPIENTS))


def test_a_topic_without_recipients_falls_back_to_the_others_of_the_care_team() -> None:
    gone = staffing(ANN, a_staff("ben", active=False), DAN, ADMIN)

    found = resolve(ask(chosen="ben", care_team=("ben", "dan", "ann")), settings(), gone, NOON)

    assert [recipient.staff for recipient in found.recipients] == ["dan", "ann"]
    assert found.step is Step.CARE_TEAM


def test_the_practice_may_switch_the_care_team_fallback_off() -> None:
    off = settings(care_team_fallback=False, catch_all=("eve",))

    found = resolve(ask(care_team=("dan",)), off, EVERYBODY, NOON)

    assert found.recipients == (Recipient("eve", Step.CATCH_ALL),)


def test_a_topic_whose_recipients_are_all_gone_goes_to_the_catch_all_not_to_the_care_team() -> None:
    gone = staffing(a_staff("cat", active=False), DAN, EVE, ADMIN)

    found = resolve(ask(care_team=("dan",)), MEDICAL_TO_CAT, gone, NOON)

    assert found.recipients == (Recipient("eve", Step.CATCH_ALL),)


def test_an_empty_catch_all_means_the_active_portal_administrators() -> None:
    found = resolve(ask(), settings(), EVERYBODY, NOON)

    assert found.recipients == (Recipient("ada", Step.CATCH_ALL),)


@pytest.mark.parametrize(
    ("members", "catch_all", "team", "expected"),
    [
        ([EVE, ADMIN, DAN], ("eve",), ("dan",), [Recipient("eve", Step.LAST_RESORT_CATCH_ALL)]),
        (
            [a_staff("eve", active=False), ADMIN, DAN],
            ("eve",),
            ("dan",),
            [Recipient("ada", Step.LAST_RESORT_ADMINISTRATORS)],
        ),
        ([DAN], (), ("dan",), [Recipient("dan", Step.LAST_RESORT_CARE_TEAM)]),
    ],
)
def test_the_last_resort_asks_people_who_are_away(members, catch_all, team, expected) -> None:
    all_away = staffing(*members, absences=[away(member.id) for member in members])

    found = resolve(ask(care_team=team), settings(catch_all=catch_all), all_away, NOON)

    assert list(found.recipients) == expected


def test_nobody_at_all_yields_no_recipient_and_a_trace_of_every_step() -> None:
    nobody = staffing(a_staff("dan", active=False))

    found = resolve(ask(care_team=("dan",)), settings(), nobody, NOON)

    assert found.recipients == ()
    assert found.step is None
    assert [step.step for step in found.trace] == list(Step)


def test_a_cover_gets_what_would_reach_somebody_away() -> None:
    covered = staffing(CAT, DAN, absences=[away("cat", "dan")])

    found = resolve(ask(), MEDICAL_TO_CAT, covered, NOON)

    assert found.recipients == (Recipient("dan", Step.RECIPIENTS, represents="cat"),)


def test_somebody_who_is_recipient_and_cover_gets_it_once_and_as_themselves() -> None:
    covered = staffing(CAT, DAN, absences=[away("cat", "dan")])
    both = settings({Topic.MEDICAL: ["cat", "dan"]})

    found = resolve(ask(), both, covered, NOON)

    assert found.recipients == (Recipient("dan", Step.RECIPIENTS),)
    assert [person.standing for person in found.trace[2].considered] == [Standing.COVERED, Standing.AVAILABLE]


def test_two_who_are_covered_by_the_same_person_are_one_recipient() -> None:
    covered = staffing(CAT, DAN, EVE, absences=[away("cat", "eve"), away("dan", "eve")])
    both = settings({Topic.MEDICAL: ["cat", "dan"]})

    found = resolve(ask(), both, covered, NOON)

    assert found.recipients == (Recipient("eve", Step.RECIPIENTS, represents="cat"),)


def test_the_sites_own_set_decides_where_distribution_is_by_site() -> None:
    by_site = settings({Topic.MEDICAL: ["cat"]}, by_site=True, sites={"north": topic_set({Topic.MEDICAL: ["dan"]})})

    north = resolve(ask(), by_site, EVERYBODY, NOON)
    south = resolve(ask(site="south"), by_site, EVERYBODY, NOON)
    nowhere = resolve(ask(site=None), by_site, EVERYBODY, NOON)

    assert [one.recipients[0].staff for one in (north, south, nowhere)] == ["dan", "cat", "cat"]


def test_the_sites_sets_are_kept_but_do_not_decide_while_distribution_is_not_by_site() -> None:
    kept = settings({Topic.MEDICAL: ["cat"]}, sites={"north": topic_set({Topic.MEDICAL: ["dan"]})})

    assert resolve(ask(), kept, EVERYBODY, NOON).recipients[0].staff == "cat"


def test_the_trace_says_what_was_tried_before_the_match() -> None:
    found = resolve(ask(), MEDICAL_TO_CAT, EVERYBODY, NOON)

    assert [(one.step, one.outcome) for one in found.trace] == [
        (Step.OWNER, StepOutcome.NOT_APPLICABLE),
        (Step.CHOSEN_PROVIDER, StepOutcome.NOT_APPLICABLE),
        (Step.RECIPIENTS, StepOutcome.MATCHED),
    ]
    assert found.distribution_version == 1


def test_alike_questions_have_equal_resolutions_that_stand_in_one_group() -> None:
    """What was asked of two messages alike is stored once, however often it was resolved."""
    first, again = (resolve(ask(), MEDICAL_TO_CAT, EVERYBODY, NOON) for _ in range(2))
    later = resolve(ask(), MEDICAL_TO_CAT, EVERYBODY, NOON + timedelta(seconds=1))

    assert {first, again} == {first}
    assert later != first
