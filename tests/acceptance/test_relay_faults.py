"""Whatever the mail server does: inboxes are right, every email is sent in the end, and every answer is on record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from adapters.email.address import parse
from adapters.email.render import Renderer
from adapters.email.smtp import SmtpMailer
from router.actors import COMMAND
from router.flows.worker.notify import Notify
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.chaos.faults import OF_THE_RELAY
from tests.chaos.post import Post, open_post
from tests.house import PRACTICE, House

COUNT = 6
STAFF = (a_staff("ada", admin=True), *map(a_staff, ("ann", "ben", "cho")))
# Long enough for a healthy send on a busy machine, too short for one of a byte a second.
SEND_SECONDS = 5


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A mail server that is well as yet."""
    with open_post(tmp_path) as opened:
        yield opened


@pytest.fixture
def notify(house: House, post: Post) -> Iterator[Notify]:
    """Notifies by that server."""
    mailer = SmtpMailer(parse(post.url), Renderer("no-reply@localhost"), send_seconds=SEND_SECONDS)
    yield replace(house.notify, mailer=mailer)
    mailer.close()


@pytest.mark.parametrize("name", OF_THE_RELAY)
def test_a_fault_of_the_mail_server_costs_delay_and_nothing_else(
    house: House, notify: Notify, post: Post, name: str
) -> None:
    house.furnish(settings({Topic.BILLING: ["ben", "cho"]}), staff=STAFF)
    house.write(house.draft("before"))
    house.route.run()
    assert notify.run().sent == 2
    receipts = house.write_many(COUNT)
    house.route.run()

    with OF_THE_RELAY[name](post, Random(0)):  # noqa: S311 - nothing secret is drawn.
        during = notify.run()
    told = [house.traces.trace(PRACTICE, receipt.id, COMMAND)[0] for receipt in receipts]
    attempts = [
        attempt for trace in told for delivery in trace.deliveries for attempt in delivery.notifications[0].attempts
    ]
    for item in house.operations.parked(PRACTICE, None, 100):
        assert item.answer
        house.operations.requeue(PRACTICE, item.id, COMMAND)
    house.clock.by += timedelta(minutes=3)
    notify.run()

    assert during.sent < 2 * COUNT
    assert all(attempt.answer for attempt in attempts)
    assert attempts
    assert [house.recipients(receipt.id) for receipt in receipts] == [["ben", "cho"]] * COUNT
    assert len(set(post.relay.message_ids)) == 2 + 2 * COUNT
    assert [queue.waiting for queue in house.operations.status().backlog] == [0, 0, 0]
    assert house.breaches() == {}
