"""Reconciliation looks at every message, however many slices that takes."""

import pytest
from sqlalchemy import delete, select

from adapters.database.tables import delivery, notification
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import House


def test_a_breach_is_found_in_whichever_slice_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.flows.operator.reconciliation.A_SLICE", 2)
    receipts = house.furnish(settings({Topic.BILLING: ["ann"]})).write_many(5)
    house.route.run()
    assert house.breaches() == {}
    lost = [receipts[0].id, receipts[-1].id]

    with house.engine.begin() as connection:
        theirs = delivery.c.message.in_(lost)
        connection.execute(delete(notification).where(notification.c.delivery.in_(select(delivery.c.id).where(theirs))))
        connection.execute(delete(delivery).where(theirs))

    assert set(house.breaches()) == {str(one) for one in lost}
