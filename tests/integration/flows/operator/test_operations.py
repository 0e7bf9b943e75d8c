"""What operators see and do."""

from datetime import timedelta
from uuid import uuid4

import pytest

from router.actors import COMMAND
from router.errors import NotFound
from router.messages.notification import Mail, SendOutcome, SmtpReply
from router.operations.status import Throughput
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House


def test_the_status_counts_what_waits_and_since_when(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]}))
    receipts = house.write_many(3)

    before = house.operations.status(PRACTICE)
    house.route.run()
    after = house.operations.status()

    assert [(queue.queue, queue.waiting) for queue in before.backlog] == [
        ("route", 3),
        ("notify", 0),
        ("escalate", 0),
    ]
    assert before.backlog[0].oldest == receipts[0].accepted_at
    ages = [before.age_seconds(queue.oldest) for queue in before.backlog]
    assert ages == [(before.at - receipts[0].accepted_at).total_seconds(), 0, 0]
    assert [(queue.queue, queue.waiting) for queue in after.backlog] == [
        ("route", 0),
        ("notify", 3),
        ("escalate", 0),
    ]
    assert (after.parked, after.workers, after.relay_answer) == ((), (), None)


def test_a_relay_that_does_not_work_is_told_until_it_works_again(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.RELAY, 421, "closed for today")
    house.notify.run()

    assert house.operations.status().relay_answer == "closed for today"
    paused_until = house.operations.status().relay_paused_until
    assert paused_until
    assert paused_until > house.operations.ready()


def test_a_relay_that_takes_some_of_a_batch_is_not_paused(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]})).write()
    house.route.run()

    def one_connection_is_refused(mail: Mail) -> SmtpReply:
        outcome = SendOutcome.SENT if mail.recipient.startswith("ann") else SendOutcome.RELAY
        return SmtpReply(mail.notification, outcome, 250 if outcome is SendOutcome.SENT else 421, "said")

    house.mailer.answer = one_connection_is_refused
    house.notify.run()

    assert house.operations.status().relay_paused_until is None


def test_a_full_batch_of_notifications_hints_for_more(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write_many(3)
    house.route.run()
    house.hints.given.clear()
    object.__setattr__(house.notify, "batch", 2)

    house.notify.run()
    house.notify.run()

    assert house.hints.given["notify"] == 1


def test_parked_things_are_listed_newest_first_and_only_to_their_practice(house: House) -> None:
    house.furnish().write_many(3)
    house.bring([a_staff("ada", admin=True, active=False)])
    house.route.run()

    listed = house.operations.parked(PRACTICE, None, 2)
    rest = house.operations.parked(PRACTICE, listed[-1].id, 2)

    assert (len(listed), len(rest), house.operations.parked("other", None, 9)) == (
        2,
        1,
        [],
    )
    assert house.operations.status(PRACTICE).parked == (("message", "no_active_staff", 3),)
    assert house.operations.parked_item(None, rest[0].id) == rest[0]
    trace, _ = house.traces.trace(PRACTICE, rest[0].id, COMMAND)
    assert (trace.parked_reason, trace.state.value) == ("no_active_staff", "parked")
    for practice, item in (("other", rest[0].id), (None, uuid4())):
        with pytest.raises(NotFound):
            house.operations.parked_item(practice, item)
        with pytest.raises(NotFound):
            house.operations.requeue(practice, item, COMMAND)


def test_requeueing_is_on_record(house: House) -> None:
    house.furnish().write()
    house.bring([a_staff("ada", admin=True, active=False)])
    house.route.run()
    item = house.operations.parked(None, None, 1)[0]

    house.operations.requeue(None, item.id, COMMAND)

    assert house.operations.parked(None, None, 1) == []
    row = house.operations.audit(PRACTICE, None, 1)[0]
    assert (row.action, row.subject, row.details["reason"]) == (
        "parked.requeued",
        str(item.id),
        "no_active_staff",
    )
    assert [entry.id for entry in house.operations.audit(PRACTICE, row.id, 1)] != [row.id]


def test_the_throughput_is_what_went_through_within_a_minute(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]}))
    house.furnish(practice="elsewhere")
    house.write_many(3)
    house.write_many(2, practice="elsewhere")
    house.route.run()
    house.notify.run()

    assert house.operations.throughput() == Throughput(accepted=5, delivered=8, sent=8)

    house.clock.by += timedelta(minutes=2)
    assert house.operations.throughput() == Throughput(0, 0, 0)


def test_what_was_requeued_can_be_followed(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]}))
    receipt = house.write()[0]
    house.route.run()
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "no such user")
    house.notify.run()
    parked = house.operations.parked(None, None, 1)[0]

    assert house.operations.whereabouts(PRACTICE, receipt.id) == ("message", "delivered", None)
    assert house.operations.whereabouts(PRACTICE, parked.id) == ("notification", "parked", "rejected")
    assert house.operations.whereabouts("elsewhere", parked.id) is None
