"""What may not be saved as a ladder, which ladder is in force, and what is said of a change."""

from dataclasses import replace

import pytest

from router.messaging import rules
from router.messaging.changes import changes
from router.messaging.ladder import READY_MADE, Condition, Do, Ladder, LadderStep, ready_made
from router.messaging.proposal import Proposal
from router.messaging.settings import MessagingSettings, TopicSet
from router.practice.availability import Staffing
from router.practice.topics import Topic
from tests.builders import a_staff

ALERT = LadderStep(960, Condition.UNANSWERED, Do.ALERT)
REMIND = LadderStep(240, Condition.UNOPENED, Do.REMIND)
STAFFING = Staffing({"ann": a_staff("ann", admin=True)}, {})


def refused(messaging: MessagingSettings) -> list[tuple[str, str]]:
    proposal = Proposal(MessagingSettings(), messaging, STAFFING, {})
    return [(error.field, error.message) for error in rules.check(proposal)]


def of_topic(topic: Topic, **values: object) -> TopicSet:
    topics = MessagingSettings().practice.topics
    return TopicSet({**topics, topic: replace(topics[topic], **values)})  # type: ignore[arg-type] # a test names them.


@pytest.mark.parametrize(
    ("ladder", "field"),
    [
        ((REMIND,), "ladder"),
        ((*(replace(REMIND, after=after) for after in range(1, 9)), ALERT), "ladder"),
        ((REMIND, REMIND, ALERT), "ladder.1.after"),
        ((replace(ALERT, after=0),), "ladder.0.after"),
        ((replace(ALERT, after=200_000),), "ladder.0.after"),
        ((replace(ALERT, after=100), ALERT), "ladder.0.do"),
        ((replace(REMIND, do=Do.HAND_OVER), ALERT), "ladder.0.do"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_with_its_field(ladder: Ladder, field: str) -> None:
    assert [path for path, _ in refused(replace(MessagingSettings(), ladder=ladder))] == [field]
    of_billing = replace(MessagingSettings(), practice=of_topic(Topic.BILLING, ladder=ladder))
    assert [path for path, _ in refused(of_billing)] == [f"practice.topics.billing.{field}"]


def test_a_hand_over_may_be_saved_once_somebody_is_named_in_the_catch_all() -> None:
    ladder = (replace(REMIND, do=Do.HAND_OVER), ALERT)
    assert refused(replace(MessagingSettings(), ladder=ladder, catch_all=("ann",))) == []


def test_a_topic_inherits_deviates_or_has_none() -> None:
    practice = of_topic(Topic.BILLING, ladder=())
    north = of_topic(Topic.MEDICAL, ladder=(ALERT,))
    messaging = replace(MessagingSettings(), ladder=READY_MADE, practice=practice, sites={"north": north}, by_site=True)
    assert messaging.ladder_of(None, Topic.MEDICAL) == READY_MADE
    assert messaging.ladder_of("north", Topic.MEDICAL) == (ALERT,)
    assert messaging.ladder_of("north", Topic.BILLING) == ()
    assert messaging.has_ladder
    assert not MessagingSettings().has_ladder


def test_a_change_is_said_in_words() -> None:
    before = MessagingSettings()
    practice = of_topic(Topic.BILLING, ladder=(), others_may_get_chosen=True)
    after = replace(before, ladder=(REMIND, ALERT), practice=practice)
    said = changes(before, after, {}, {})
    assert (
        "Ladder: if nobody has opened it after 4 h, remind the people who have it; "
        "if nobody has answered it after 16 h, alert the administrators."
    ) in said
    assert "Practice, Billing, ladder: none." in said
    assert "Practice, Billing: others may get private messages and messages to a chosen provider." in said
    back = changes(after, before, {}, {})
    assert "Practice, Billing, ladder: same as the practice." in back
    assert "Practice, Billing: others may not get private messages or messages to a chosen provider." in back


def test_the_ready_made_ladder_hands_over_once_somebody_is_named_to_hand_over_to() -> None:
    assert ready_made(has_catch_all=False) == READY_MADE
    handing = ready_made(has_catch_all=True)
    assert [step.do for step in handing] == [Do.REMIND, Do.WIDEN, Do.REMIND, Do.HAND_OVER, Do.ALERT]
    assert [step.after for step in handing] == sorted({step.after for step in handing})
