"""A practice whose messages come over a real broker."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread

import pytest
import redis

from adapters.broker.intake import Intake
from adapters.broker.queue import NAME, UNACKNOWLEDGED, open_claims
from adapters.database.engine import make_engine
from config.celery import REDIS_OPTIONS
from router.actors import COMMAND, Scope
from router.operations.quarantine import IntakeMessage
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.samples.enqueued import a_message
from tests.servers.waiting import wait_until

SOON = 20


class Portal:
    """A practice on PostgreSQL with its key, and what became of what was enqueued."""

    def __init__(self, house: House, broker: str) -> None:
        self.house = house.furnish(settings())
        self.broker = broker
        self.key = house.keys.create(PRACTICE, [Scope.PORTAL], COMMAND)[1]
        self.reported: list[Exception] = []

    def messages(self, count: int) -> list[dict[str, object]]:
        return [a_message(self.key, idempotency_key=f"key-{number}") for number in range(count)]

    def intake(self, *, take: Callable[[Sequence[IntakeMessage]], object] | None = None, seconds: float = 20) -> Intake:
        claims = partial(open_claims, self.broker, REDIS_OPTIONS, seconds)
        return Intake(claims, take or self.house.take_in.take, self.reported.append)

    @contextmanager
    def running(self, intake: Intake | None = None) -> Iterator[Thread]:
        """An intake that ends with the test; it must end soon."""
        stopped = Event()
        thread = Thread(target=(intake or self.intake()).run, args=(stopped,), daemon=True)
        thread.start()
        yield thread
        stopped.set()
        thread.join(SOON)
        assert not thread.is_alive()

    def stored(self) -> int:
        return self.house.operations.status().backlog[0].waiting

    def reasons(self) -> list[str]:
        return sorted(one.reason for one in self.house.quarantine.items(None, None, 999))

    def left(self) -> int:
        """How many the broker still holds, taken or not."""
        with redis.Redis.from_url(self.broker) as client, client.pipeline() as pipe:
            return sum(pipe.llen(NAME).hlen(UNACKNOWLEDGED).execute())

    def wait_until_stored(self, count: int) -> None:
        wait_until(lambda: self.stored() >= count, SOON, f"{count} messages are stored")
        wait_until(lambda: self.left() == 0, SOON, "the broker holds nothing any more")
        assert self.stored() == count


@pytest.fixture
def portal(migrated_postgres_url: str, broker_url: str) -> Iterator[Portal]:
    engine = make_engine(migrated_postgres_url)
    yield Portal(House(engine), broker_url)
    engine.dispose()
