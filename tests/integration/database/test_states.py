"""States change as their tables say, and by nothing else: whatever is called, whatever state a row is in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, delete, select, update

from adapters.database.tables import delivery, message, notification
from router.errors import IllegalTransitionError
from router.flows.hand_over import new_delivery
from router.messages.cascade import Question, Recipient, Resolution, Step
from router.messages.notification import SentNotification
from router.messages.routing import ClaimedMessage, NewDelivery, Routed
from router.messages.states import (
    DELIVERY_TRANSITIONS,
    MESSAGE_TRANSITIONS,
    NOTIFICATION_TRANSITIONS,
    DeliveryState,
    NotificationState,
)
from router.ports.unit_of_work import UnitOfWork
from router.practice.topics import Topic
from tests.builders import settings
from tests.fakes import FreshIds
from tests.house import PRACTICE, House
from tests.transitions import forging, unguarded

Call = Callable[[UnitOfWork, UUID], object]
TOKEN = uuid4()


def _route(work: UnitOfWork, of: UUID, *deliveries: NewDelivery) -> None:
    claimed = ClaimedMessage(PRACTICE, of, of, "sam", Question(Topic.BILLING, None, None, None))
    work.routing.store([Routed(claimed, Resolution((), (), 1, work.now()), deliveries)], None)


def _to_ben() -> NewDelivery:
    return new_delivery(FreshIds(), Recipient("ben", Step.RECIPIENTS), "ben@clinic.example")


def _open(work: UnitOfWork) -> None:
    (item,) = work.inbox.items(PRACTICE, "ann", [DeliveryState.UNREAD], None, 2)
    work.inbox.mark(PRACTICE, item.delivery, DeliveryState.READ)


def _mark(state: DeliveryState) -> Call:
    return lambda work, of: work.inbox.mark(PRACTICE, of, state)


def _record(state: NotificationState) -> Call:
    def record(work: UnitOfWork, of: UUID) -> None:
        work.notifications.record(TOKEN, [SentNotification(PRACTICE, of, state, work.now(), 0)])

    return record


MESSAGE_CALLS: dict[str, Call] = {
    "delivered": lambda work, of: _route(work, of, _to_ben()),
    "parked as ownerless": _route,
    "failed": lambda work, of: work.routing.count_failure(PRACTICE, of, timedelta(), 1),
    "requeued": lambda work, of: work.messages.requeue(PRACTICE, of),
    "requeued as ownerless": lambda work, _: work.messages.requeue_ownerless(PRACTICE),
    "opened": lambda work, _: _open(work),
    "answered": lambda work, of: work.replies.answer(PRACTICE, [of]),
}
DELIVERY_CALLS: dict[str, Call] = {
    **{f"marked {state}": _mark(state) for state in DeliveryState},
    "handled": lambda work, of: work.replies.handle(PRACTICE, _message_of(work, of), "ben"),
    "moved": lambda work, of: work.replies.move(PRACTICE, [of]),
    "given": lambda work, of: work.replies.give(PRACTICE, _message_of(work, of), _again(), None),
    "given and reopened": lambda work, of: work.replies.give(
        PRACTICE, _message_of(work, of), _again(), None, reopen=True
    ),
}
NOTIFICATION_CALLS: dict[str, Call] = {
    "leased": lambda work, _: work.notifications.lease(uuid4(), 180, 10),
    "requeued": lambda work, of: work.notifications.requeue(PRACTICE, of),
    **{f"recorded {state}": _record(state) for state in NotificationState},
}
TABLES: list[tuple[Table, Any, dict[str, Call]]] = [
    (message, MESSAGE_TRANSITIONS, MESSAGE_CALLS),
    (delivery, DELIVERY_TRANSITIONS, DELIVERY_CALLS),
    (notification, NOTIFICATION_TRANSITIONS, NOTIFICATION_CALLS),
]


def _message_of(work: UnitOfWork, of: UUID) -> UUID:
    item = work.inbox.item(PRACTICE, of)
    assert item is not None
    return item.message


def _again() -> NewDelivery:
    return new_delivery(FreshIds(), Recipient("ann", Step.RECIPIENTS), "ann@clinic.example")


def _call(house: House, call: Call, of: UUID) -> None:
    """What the table refuses may be passed over or raised."""
    try:
        with house.database.begin() as work:
            call(work, of)
            work.commit()
    except IllegalTransitionError:
        pass


def _state(house: House, table: Table, of: UUID) -> str:
    with house.engine.connect() as connection:
        return str(connection.execute(select(table.c.state).where(table.c.id == of)).scalar_one())


@pytest.mark.parametrize(("table", "transitions", "calls"), TABLES, ids=[table.name for table, _, _ in TABLES])
def test_no_call_changes_a_state_in_a_way_that_its_table_lacks(house: House, table, transitions, calls) -> None:
    """Each call is tried in each state; together they take every way that the table has."""
    house.furnish(settings(catch_all=("ann",))).write(house.draft())
    house.route.run()
    with house.engine.connect() as connection:
        of = connection.execute(select(table.c.id)).scalar_one()
    taken = set()
    for name, call in calls.items():
        for state in transitions:
            with forging(house.engine) as connection:
                bens = delivery.c.staff == "ben"
                its_email = notification.c.delivery.in_(select(delivery.c.id).where(bens))
                connection.execute(delete(notification).where(its_email))
                connection.execute(delete(delivery).where(bens))
                connection.execute(update(notification).values(token=TOKEN, due_at=house.operations.ready()))
                connection.execute(update(delivery).values(state="unread"))
                connection.execute(update(message).values(parked_reason="no_active_staff"))
                connection.execute(update(table).where(table.c.id == of).values(state=state.value))

            _call(house, call, of)

            became = _state(house, table, of)
            assert became == state or became in transitions[state], f"{name}: from {state} to {became}"
            taken.add((state, became))
    # What is due is leased before it is suppressed.
    taken.add((NotificationState.DUE, NotificationState.SUPPRESSED))
    assert taken >= {(state, following) for state in transitions for following in transitions[state]}


def test_a_message_that_was_routed_meanwhile_is_not_routed_again(house: House) -> None:
    """The whole batch is undone."""
    house.furnish(settings(catch_all=("ann",))).write(house.draft())
    house.route.run()
    with house.engine.connect() as connection:
        of = connection.execute(select(message.c.id)).scalar_one()

    with house.database.begin() as work:
        _route(work, of, _to_ben())
        with pytest.raises(IllegalTransitionError):
            work.commit()

    assert house.recipients(of) == ["ann"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE message SET state=? WHERE message.id = ?",
        "UPDATE message SET state='parked'",
        "WITH a AS (UPDATE delivery SET state=1), b AS (UPDATE message SET a=1 WHERE (state || '') IN ('x')) SELECT 1",
    ],
)
def test_what_goes_past_the_tables_would_be_noticed(statement: str) -> None:
    assert unguarded(statement)


def test_what_asks_its_table_is_let_through() -> None:
    assert not unguarded("UPDATE message SET state=? WHERE (message.state || '') IN ('accepted') AND message.id = ?")
    assert not unguarded("UPDATE delivery SET handled_by=? WHERE delivery.state = 'unread'")
