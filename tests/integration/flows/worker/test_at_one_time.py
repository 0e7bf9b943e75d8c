"""What a worker takes while somebody else acts on it: on SQLite all writers take turns."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, text

from adapters.database.tables import conversation, message, waiting
from router.actors import COMMAND
from router.flows.staff.correction import CorrectionRequest
from router.messages.acceptance import Receipt
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.notification import begins_conversation
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import settings
from tests.fakes import FreshIds
from tests.house import PRACTICE, House
from tests.servers.waiting import wait_until
from tests.transitions import forging

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
SECONDS = 20


@pytest.fixture(autouse=True)
def furnished(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"], Topic.MEDICAL: ["ben"]}))


@contextmanager
def acting(house: House) -> Iterator[Connection]:
    """Somebody holds every conversation, as all who act on one do."""
    with house.engine.begin() as connection:
        connection.execute(select(conversation.c.id).with_for_update(key_share=True))
        yield connection


def written_on(house: House, thread: UUID) -> Receipt:
    """What the patient writes next, so much later that it isn't taken for the first message."""
    ids = FreshIds()
    wait_until(lambda: not begins_conversation(ids.new(), thread), SECONDS, "ids differ")
    return house.write(ReplyDraft("key-2", "sam", thread, "More of it"))[0]


@pytest.mark.parametrize("singly", [True, False])
def test_what_continues_a_conversation_on_which_somebody_acts_is_routed_afterwards(
    house: House, *, singly: bool
) -> None:
    """They may be moving it to another topic: those who get the old one would have it, and nobody else."""
    (first,) = house.write()
    house.route.run()
    more = written_on(house, first.conversation)
    (other,) = house.write(house.draft("key-3"))

    with acting(house):
        if singly:
            with house.database.begin() as work:
                assert work.routing.claim_one(PRACTICE, more.id) is None
        assert house.route.run().routed == 1
        assert house.states([more, other]) == ["accepted", "delivered"]
    (item,) = (one for one in house.inbox("ann").items if one.message == first.id)
    house.correction.correct(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), CorrectionRequest(Topic.MEDICAL))

    assert house.route.run().routed == 1
    assert [one.message for one in house.inbox("ben").items] == [more.id, first.id]
    assert house.breaches() == {}


def test_nothing_is_lost_where_all_that_waits_is_being_acted_on(house: House) -> None:
    (first,) = house.write()
    house.route.run()
    more = written_on(house, first.conversation)

    with acting(house), house.database.begin() as work:
        assert work.routing.claim(10, 10) is None

    assert house.route.run().routed == 1
    assert more.id in [one.message for one in house.inbox("ann").items]


def test_a_message_that_a_colleague_answers_just_now_does_not_move_to_the_cover(house: House) -> None:
    house.write()
    house.route.run()
    (item,) = house.inbox("ann").items
    ref = DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND)
    house.replies.claim(ref)
    house.read_inbox.mark(ref, DeliveryState.READ)
    house.send_away("ann", "ben")

    with forging(house.engine) as connection:
        connection.execute(select(message.c.id).with_for_update(key_share=True))
        assert house.absences.run() == 0
        connection.execute(message.update().values(state="answered"))

    assert house.absences.run() == 0
    assert house.inbox("ben").items == ()


def test_who_counts_a_failure_and_who_claims_it_take_the_same_order(house: House) -> None:
    (receipt,) = house.write()

    def count_failure() -> None:
        with house.database.begin() as work:
            work.routing.count_failure(PRACTICE, receipt.id, timedelta(seconds=1), 3)
            work.commit()

    with ThreadPoolExecutor(1) as pool:
        with house.engine.begin() as claiming:
            claiming.execute(select(message.c.id).with_for_update())
            counting = pool.submit(count_failure)
            wait_until(lambda: somebody_waits(house), SECONDS, "somebody waits for a lock")
            claiming.execute(waiting.delete().where(waiting.c.kind == "route"))
            claiming.rollback()
        counting.result(SECONDS)
    assert house.states([receipt]) == ["accepted"]


def somebody_waits(house: House) -> bool:
    """Whether a connection to this database waits for another's lock."""
    there = (
        "select exists(select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"
    )
    with house.engine.connect() as connection:
        return bool(connection.execute(text(there)).scalar_one())
