"""What stands first is found by its own index, however many messages are open, whatever PostgreSQL knows of them."""

from collections.abc import Iterator

import pytest

from router.messages.inbox import InboxFilter
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.plans import blocks_of, fill, generic_plans, indexes_of, plans_of_each

OPEN = InboxFilter(states=frozenset({DeliveryState.UNREAD, DeliveryState.READ}))
A_PAGE = 50
FILLED = """
insert into conversation (practice, id, patient, topic, site, display_name, subject, private, started_at)
select 'clinic', gen_random_uuid(), 'sam', 'billing', 'north', 'Billing Office', 'A bill', false, now()
from generate_series(1, 30000);
insert into message
    (practice, id, conversation, patient, body, idempotency_key, fingerprint, state, failures, due_at, accepted_at)
select practice, gen_random_uuid(), id, patient, 'A question.', id::text, '', 'delivered', 0, now(), now()
from conversation;
insert into delivery (practice, id, message, staff, step, state, received_at)
select practice, gen_random_uuid(), id, 'ann', 'recipients', 'unread', accepted_at from message
"""
MADE_URGENT = """
update message set priority = 'urgent', urgent_since = now()
where (practice, id) in (select practice, id from message order by id limit :count)
"""


@pytest.fixture
def house(postgres_url: str) -> Iterator[House]:
    """Ann has 30,000 open messages. Nothing was analyzed, and every plan is made without looking at what is asked."""
    with generic_plans(postgres_url) as engine:
        house = House(engine).furnish(settings({Topic.BILLING: ["ann"]}))
        for table in ("conversation", "message", "delivery"):
            fill(engine, f"alter table {table} set (autovacuum_enabled = false)")
        fill(engine, FILLED)
        yield house


def test_it_is_found_by_its_own_index_and_few_blocks(house: House) -> None:
    """Each urgent message is looked up in the inbox by keys: a few blocks of it, its delivery and its conversation."""
    for urgent in (0, 3, 200):
        fill(house.engine, MADE_URGENT, count=urgent)

        with plans_of_each(house.engine) as plans, house.database.look() as work:
            found = work.inbox.first(PRACTICE, "ann", OPEN, A_PAGE)

        assert len(found) == min(urgent, A_PAGE)
        ((_, plan),) = plans
        assert "ix_message_urgent" in indexes_of(plan), plan
        assert blocks_of(plan) <= 20 + 15 * urgent, plan
