"""Promises 1 to 3: nothing is lost, ownerless or doubled; on SQLite and on PostgreSQL."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import exc, select

from adapters.database import tables
from router.messages.compose import FormRefused
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House

TO_ANN_AND_BEN = settings({Topic.BILLING: ["ann", "ben"]})


def test_promise_1_what_was_accepted_is_there_when_the_process_dies_at_once(
    house: House,
) -> None:
    receipt = house.furnish().write()[0]

    after_the_crash = House(house.engine)

    assert after_the_crash.accept.receipt(PRACTICE, receipt.id) == receipt
    assert after_the_crash.route.run().routed == 1


def test_promise_1_a_refused_message_is_not_half_stored(house: House) -> None:
    house.furnish(settings(messaging_enabled=False))

    refusal = house.try_to_write()[0]

    assert isinstance(refusal, FormRefused)
    with house.engine.connect() as connection:
        assert connection.execute(select(tables.message)).all() == []
        assert connection.execute(select(tables.conversation)).all() == []


def test_promise_1_a_repeat_with_the_same_key_is_the_same_message(house: House) -> None:
    first = house.furnish().write()[0]

    again = house.write(house.draft(), house.draft())

    assert again == [first, first]
    house.route.run()
    assert house.write()[0].id == first.id


def test_promise_2_the_cascade_ends_parked_in_sight_and_goes_on_by_itself(house: House) -> None:
    receipt = house.furnish().write()[0]
    house.bring([a_staff("ada", admin=True, active=False)])

    batch = house.route.run()

    assert (batch.routed, batch.parked) == (0, 1)
    assert [item.reason for item in house.operations.parked(None, None, 10)] == ["no_active_staff"]
    house.bring([a_staff("ada", admin=True)])
    assert house.route.run().routed == 1
    assert house.recipients(receipt.id) == ["ada"]
    assert house.breaches() == {}


def test_promise_2_settings_that_name_somebody_also_wake_what_was_parked(house: House) -> None:
    house.furnish().write()
    house.bring([a_staff("ada", admin=True, active=False)])
    house.route.run()

    house.save(settings(catch_all=("ben",)))

    assert house.route.run().routed == 1
    assert len(house.inbox("ben").items) == 1


def test_promise_2_what_was_accepted_is_delivered_even_if_the_topic_is_switched_off(
    house: House,
) -> None:
    receipt = house.furnish(TO_ANN_AND_BEN).write()[0]
    off = replace(TO_ANN_AND_BEN, messaging_enabled=False)
    house.save(off)

    house.route.run()

    assert house.recipients(receipt.id) == ["ann", "ben"]


def test_promise_3_two_workers_on_one_backlog_deliver_each_message_once(house: House) -> None:
    receipts = house.furnish(TO_ANN_AND_BEN).write_many(40)
    workers = [House(house.engine, failures=house.failures) for _ in range(4)]
    start = threading.Barrier(len(workers))

    def work(one: House) -> None:
        start.wait()
        while replace(one.route, batch=7, share=7).run().more:
            pass

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while house.route.run().routed:
        pass

    assert [house.recipients(receipt.id) for receipt in receipts] == [["ann", "ben"]] * 40
    assert len(house.inbox("ann").items) == 40
    assert house.failures == []
    assert house.breaches() == {}


def test_promise_3_the_unique_constraint_holds_against_any_code(house: House) -> None:
    house.furnish(TO_ANN_AND_BEN).write()
    house.route.run()

    with house.engine.begin() as connection:
        row = dict(connection.execute(select(tables.delivery).where(tables.delivery.c.staff == "ann")).mappings().one())
        with pytest.raises(exc.IntegrityError):
            connection.execute(tables.delivery.insert(), [row | {"id": house.route.ids.new()}])
