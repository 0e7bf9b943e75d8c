"""Ladders before they are saved: what they would have done, and for how many open messages they would begin."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.errors import NotFound
from router.flows.administrator.ladders import WouldBegin
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState
from router.messaging.hours import Hours
from router.messaging.ladder import Do
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, LADDER, REMIND, STAFF, with_ladder, written


@pytest.fixture(autouse=True)
def furnished(house: House) -> None:
    house.furnish(with_ladder(), staff=STAFF)


def ref(house: House) -> DeliveryRef:
    return DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)


def replayed(house: House, draft: MessagingSettings | None = None) -> dict[Do, int]:
    return dict(house.ladders.look(PRACTICE, draft, COMMAND).replay.reached)


def test_a_draft_is_replayed_over_what_became_of_the_messages(house: House) -> None:
    written(house, idempotency_key="untouched")
    written(house, idempotency_key="answered")
    house.clock.by += timedelta(minutes=90)
    house.replies.reply(ref(house), ReplyRequest("It is paid."))
    written(house, idempotency_key="done")
    house.read_inbox.mark(ref(house), DeliveryState.DONE)
    house.clock.by += timedelta(minutes=160)

    found = house.ladders.look(PRACTICE, with_ladder(REMIND, ALERT), COMMAND)

    assert (found.days, found.is_all, found.replay.messages) == (30, True, 3)
    assert found.replay.reached == {Do.REMIND: 2, Do.ALERT: 1}
    assert replayed(house) == {}


def test_the_open_ones_that_would_begin_a_run_are_counted(house: House) -> None:
    for number in range(3):
        written(house, idempotency_key=f"key-{number}")
    house.replies.reply(ref(house), ReplyRequest("It is paid."))
    draft = with_ladder(*LADDER)

    assert house.ladders.look(PRACTICE, draft, COMMAND).would_begin.messages == 2
    assert house.ladders.would_begin(PRACTICE) == WouldBegin(0, is_all=True)
    house.save(draft)
    assert house.ladders.would_begin(PRACTICE) == WouldBegin(2, is_all=True)
    assert house.ladders.look(PRACTICE, replace(draft, hours=Hours()), COMMAND).would_begin.messages == 0

    house.ladders.begin(PRACTICE, COMMAND)
    house.ladder_changes.run()

    assert house.ladders.would_begin(PRACTICE) == WouldBegin(0, is_all=True)
    other = replace(draft.practice[Topic.BILLING], ladder=(ALERT,))
    topics = replace(draft.practice, topics={**draft.practice.topics, Topic.BILLING: other})
    assert house.ladders.look(PRACTICE, replace(draft, practice=topics), COMMAND).would_begin.messages == 2


def test_no_more_messages_are_replayed_than_the_limit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.flows.administrator.ladders.MESSAGES_LIMIT", 2)
    for number in range(3):
        written(house, idempotency_key=f"key-{number}")
    found = house.ladders.look(PRACTICE, None, COMMAND, days=7)
    assert (found.days, found.is_all, found.replay.messages) == (7, False, 2)


def test_an_unknown_practice_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        house.ladders.begin("nowhere", COMMAND)


def test_of_very_many_open_ones_the_newest_are_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        written(house, idempotency_key=f"key-{number}")
    house.save(with_ladder(*LADDER))
    monkeypatch.setattr("router.flows.administrator.ladders.OPEN_LIMIT", 3)
    assert house.ladders.would_begin(PRACTICE) == WouldBegin(3, is_all=True)

    monkeypatch.setattr("router.flows.administrator.ladders.OPEN_LIMIT", 2)

    assert house.ladders.would_begin(PRACTICE) == WouldBegin(2, is_all=False)
    house.replies.reply(ref(house), ReplyRequest("It is paid."))
    assert house.ladders.would_begin(PRACTICE) == WouldBegin(2, is_all=True)
