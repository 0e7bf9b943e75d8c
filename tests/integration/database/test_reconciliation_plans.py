"""A slice that is reconciled costs as much as it holds, however many practices there are beside its own."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from router.practice.topics import Topic
from tests.builders import settings
from tests.house import House
from tests.plans import buffers_of_each, fill, generic_plans

A_SLICE, MOST_BLOCKS = 50, 1_000
# Fifty practices with 200 messages each: deliveries have about 700 blocks with their keys, notifications 500.
FILLED = """
insert into practice (id, name, time_zone, created_at, roster_version, distribution_version)
select 'practice-' || lpad(n::text, 2, '0'), 'A practice', 'UTC', now(), 1, 1 from generate_series(1, 50) n;
insert into conversation (practice, id, patient, topic, site, display_name, subject, private, started_at)
select practice.id, gen_random_uuid(), 'sam', 'billing', 'north', 'Billing Office', 'A bill', false, now()
from practice, generate_series(1, 200) where practice.id like 'practice-%';
insert into message
    (practice, id, conversation, patient, body, idempotency_key, fingerprint, state, failures, due_at, accepted_at)
select practice, gen_random_uuid(), id, patient, 'A question.', id::text, '', 'opened', 0, now(), now()
from conversation;
insert into resolution (practice, message, number, resolved_at, distribution_version, recipients, trace)
select practice, id, 1, accepted_at, 1, '[{"staff": "ann"}]', '[]' from message;
insert into delivery (practice, id, message, conversation, site, staff, step, state, received_at, written_at)
select practice, id, id, conversation, 'north', 'ann', 'recipients', 'read', accepted_at, accepted_at from message;
insert into notification (practice, id, delivery, kind, state, due_at, deferrals, attempts)
select practice, id, id, 'staff_delivery', 'sent', received_at, 0, 1 from delivery
"""


@pytest.fixture
def house(postgres_url: str) -> Iterator[House]:
    """Many practices that have written, and statistics of all of it."""
    with generic_plans(postgres_url) as engine:
        house = House(engine).furnish(settings({Topic.BILLING: ["ann"]}))
        fill(engine, FILLED, analyzed=True)
        yield house


def test_a_slice_is_looked_up_and_nothing_beside_it(house: House) -> None:
    after = ("practice-25", UUID(int=0))
    with buffers_of_each(house.engine) as read, house.database.snapshot() as work:
        found = work.reconciliation.slice(after, A_SLICE)

    assert found.breaches == ()
    assert found.counted["messages"] == A_SLICE
    assert {statement[:200]: blocks for statement, blocks in read if blocks > MOST_BLOCKS} == {}
