"""Trying phrases out: one number for the practice, none below ten, twenty times a day, on record; on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from router.actors import COMMAND
from router.audit import Action
from router.errors import Invalid, NotFound
from router.flows.administrator.red_flag_trial import FEWEST, TRIALS_A_DAY, TrialsUsedUp, TriedRedFlags
from router.messages.message import ReplyDraft
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

ADVICE = {"en": "Call.", "es": "Llame."}
CHEST = RedFlags((RedFlagGroup("emergency", {"en": ("chest pain",), "es": ("dolor",)}, ADVICE, "911"),))


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine).furnish(replace(settings({Topic.BILLING: ["ann"]}), languages=("en", "es")))


def tried(house: House, flags: RedFlags = CHEST, languages: tuple[str, ...] | None = None) -> TriedRedFlags:
    return house.red_flag_trials.run(PRACTICE, flags, languages, COMMAND)


def write(house: House, count: int, body: str, **values: object) -> None:
    house.write(*(house.draft(f"{body}-{values}-{number}", body=body, **values) for number in range(count)))


def test_one_number_of_the_last_thirty_days_and_none_below_ten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.flows.administrator.red_flag_trial.SLICE", 4)
    write(house, 9, "I have chest pain.")
    write(house, 3, "I have no chest pain.")
    write(house, 2, "A question.")
    assert tried(house) == TriedRedFlags(30, None, TRIALS_A_DAY - 1)
    # A subject counts, and so does what is written on.
    (first,) = house.write(house.draft("subject", subject="Chest pain", body="See above."))
    assert tried(house).messages == FEWEST
    house.write(ReplyDraft("more", "sam", first.conversation, "The chest pain is back."))
    write(house, 2, "Tengo dolor.")
    assert tried(house).messages == 13
    english = RedFlags((RedFlagGroup("emergency", {"en": ("chest pain",)}, {"en": "Call."}, "911"),))
    assert tried(house, english, languages=("en",)).messages == 11
    assert house.inbox("ann").items == ()
    house.clock.by += timedelta(days=31)
    assert tried(house).messages is None


def test_no_more_texts_are_read_than_the_newest(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of the web server read all texts of thirty days, however many these were."""
    monkeypatch.setattr("router.flows.administrator.red_flag_trial.MESSAGES_LIMIT", 12)
    monkeypatch.setattr("router.flows.administrator.red_flag_trial.SLICE", 5)
    write(house, 11, "I have chest pain.")
    assert tried(house) == TriedRedFlags(30, 11, TRIALS_A_DAY - 1, is_all=True)
    write(house, 2, "A question.")
    assert tried(house) == TriedRedFlags(30, 10, TRIALS_A_DAY - 2, is_all=False)
    write(house, 1, "A question.", subject="Another one")
    assert tried(house) == TriedRedFlags(30, None, TRIALS_A_DAY - 3, is_all=False)


def test_twenty_times_a_day_each_on_record_and_what_can_not_be_saved_is_not_tried(house: House) -> None:
    for left in reversed(range(TRIALS_A_DAY)):
        assert tried(house).left == left
    with pytest.raises(TrialsUsedUp) as used_up:
        tried(house)
    # The day is that of Chicago.
    house.clock.by += timedelta(seconds=used_up.value.retry_seconds - 60)
    with pytest.raises(TrialsUsedUp):
        tried(house)
    rows = house.operations.audit(PRACTICE, None, 100)
    assert [row.action for row in rows].count(Action.RED_FLAGS_TRIED) == TRIALS_A_DAY
    assert not [row for row in rows if "chest" in str(row.details)]
    house.clock.by += timedelta(minutes=1)
    with pytest.raises(Invalid) as refused:
        tried(house, RedFlags((RedFlagGroup("emergency", {"en": ("*",)}, {"en": "Call."}, "911"),)))
    assert [error.field for error in refused.value.errors] == ["red_flags.0.phrases.en.0"]
    assert tried(house).left == TRIALS_A_DAY - 1
    with pytest.raises(NotFound):
        house.red_flag_trials.run("elsewhere", CHEST, None, COMMAND)
