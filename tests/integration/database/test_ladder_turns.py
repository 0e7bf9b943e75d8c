"""Taking steps of ladders reads as much as a batch needs on PostgreSQL, however many are due, and of whom."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from tests.integration.database.backlogs import PRACTICES, two_practices
from tests.plans import buffers_of_each, generic_plans

BATCH, MOST_BLOCKS = 20, 300
# So many of one practice at a single moment, as on a Monday at eight, and one of the other a second later.
DUE = """
insert into waiting (practice, kind, second, due_at, id)
select 'first', 'escalate', extract(epoch from at), at, gen_random_uuid()
from (select date_trunc('second', now()) - interval '20 seconds' as at from generate_series(1, 20000)) as due;
insert into waiting (practice, kind, second, due_at, id)
select 'second', 'escalate', second + 1, due_at + interval '1 second', gen_random_uuid() from waiting limit 1
"""


@pytest.fixture
def engine(migrated_postgres_url: str) -> Iterator[Engine]:
    """An engine that keeps the first plan of a statement, made without statistics, for ever."""
    with generic_plans(migrated_postgres_url) as made:
        yield made


def test_a_batch_has_a_step_of_each_practice_and_reads_no_more_of_the_one_with_many(engine: Engine) -> None:
    house = two_practices(engine)
    house.escalate.run()
    with engine.begin() as connection:
        for statement in DUE.split(";"):
            connection.execute(text(statement))

    with buffers_of_each(engine) as read, house.database.begin() as work:
        # Their messages are not there: what is taken is known by the practices that are held.
        assert set(work.ladders.claim(BATCH).practices) == set(PRACTICES)

    taken = [blocks for statement, blocks in read if "oldest_second" in statement]
    assert 1 <= len(taken) <= 2
    assert max(taken) <= MOST_BLOCKS
