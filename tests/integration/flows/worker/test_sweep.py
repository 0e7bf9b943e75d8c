"""The sweep: hints for whatever waits, and a sign of life, though every other hint was lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.practice.topics import Topic
from tests.builders import settings
from tests.house import House
from tests.integration.flows.ladders import LADDER, STAFF, with_ladder

TO_ANN = settings({Topic.BILLING: ["ann"]})


def test_there_are_as_many_hints_as_the_backlog_has_batches(house: House) -> None:
    house.furnish(with_ladder(*LADDER), staff=STAFF).write_many(3)
    house.route.run()
    house.clock.by += timedelta(minutes=61)
    house.hints.given.clear()
    sweep = replace(house.sweep, notify=replace(house.notify, batch=2), escalate=replace(house.escalate, batch=1))

    hinted = sweep.hint()

    assert hinted == {"route": 0, "notify": 2, "escalate": 3}
    assert house.hints.given == hinted
    house.write(house.draft("a"), house.draft("b"))
    assert sweep.hint() == {"route": 1, "notify": 2, "escalate": 0}


def test_nothing_is_hinted_where_nothing_waits(house: House) -> None:
    house.furnish(TO_ANN)

    assert set(house.sweep.hint().values()) == {0}


def test_however_much_waits_there_are_only_so_many_hints(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.flows.worker.sweep.MOST_HINTS", 2)
    house.furnish(TO_ANN).write_many(5)

    assert replace(house.sweep, route=replace(house.route, batch=1)).hint()["route"] == 2


def test_a_worker_is_seen_from_its_first_sweep_until_it_leaves(house: House) -> None:
    house.furnish(TO_ANN)

    house.sweep.hint()
    seen = [(worker.id, worker.queues) for worker in house.operations.status().workers]
    house.sweep.leave()

    assert seen == [("worker-1", "route,notify")]
    assert house.operations.status().workers == ()
