"""Promise 4: email is a courtesy, at least once and on record; on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.messages.inbox import DeliveryRef
from router.messages.notification import SendOutcome, SmtpReply, after
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House

TO_ANN_AND_BEN = settings({Topic.BILLING: ["ann", "ben"]})


def test_promise_4_a_failing_mail_server_undoes_no_delivery_and_loses_no_email(
    house: House,
) -> None:
    receipt = house.furnish(TO_ANN_AND_BEN).write()[0]
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.RELAY, 421, "go away")
    house.route.run()

    assert house.notify.run().waiting == 2
    assert house.notify.run() == type(house.notify.run())()
    assert house.recipients(receipt.id) == ["ann", "ben"]

    house.mailer.answer = type(house.mailer)().answer
    house.clock.by += timedelta(seconds=2)
    assert house.notify.run().sent == 2
    assert {mail.recipient for mail in house.mailer.sent} == {
        "ann@clinic.example",
        "ben@clinic.example",
    }


def test_promise_4_an_expired_lease_is_sent_again_as_the_same_email_and_recorded_once(
    house: House,
) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    with house.database.begin() as work:
        lost = work.notifications.lease(house.route.ids.new(), 180, 10)
        work.commit()

    assert house.notify.run().sent == 0
    house.clock.by += timedelta(seconds=181)
    assert house.notify.run().sent == 1
    assert [mail.notification for mail in house.mailer.sent] == [lost.notifications[0].id]


def test_promise_4_whoever_lost_the_lease_can_not_record(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    ids = house.route.ids
    first, second = ids.new(), ids.new()
    with house.database.begin() as work:
        (leased,) = work.notifications.lease(first, 180, 10).notifications
        work.commit()
    house.clock.by += timedelta(seconds=181)
    with house.database.begin() as work:
        work.notifications.lease(second, 180, 10)
        work.commit()

    sent = [
        after(
            leased,
            SmtpReply(leased.id, SendOutcome.SENT, 250, "OK"),
            house.operations.ready(),
        )
    ]
    with house.database.begin() as work:
        assert work.notifications.record(first, sent) == 0
        assert work.notifications.record(second, sent) == 1
        work.commit()


@pytest.mark.parametrize(
    ("code", "outcome", "state", "reason"),
    [
        (550, SendOutcome.REJECTED, "parked", "rejected"),
        (451, SendOutcome.DEFERRED, "due", "deferred"),
    ],
)
def test_promise_4_every_answer_of_the_mail_server_is_recorded(house: House, code, outcome, state, reason) -> None:
    receipt = house.furnish(settings({Topic.BILLING: ["ann"]})).write()[0]
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, outcome, code, "no such mailbox")
    house.route.run()
    house.notify.run()

    trace, _ = house.traces.trace(PRACTICE, receipt.id, COMMAND)
    notification = trace.deliveries[0].notifications[0]
    assert (notification.state, notification.reason) == (state, reason)
    assert [(attempt.code, attempt.answer) for attempt in notification.attempts] == [(code, "no such mailbox")]


def test_promise_4_a_parked_notification_is_sent_after_it_is_requeued(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "full")
    house.route.run()
    house.notify.run()
    parked = house.operations.parked(PRACTICE, None, 10)[0]
    assert (parked.kind, parked.answer) == ("notification", "full")

    house.operations.requeue(PRACTICE, parked.id, COMMAND)
    house.mailer.answer = type(house.mailer)().answer

    assert house.notify.run().sent == 1
    assert house.operations.parked(PRACTICE, None, 10) == []


def test_promise_4_no_email_is_sent_about_what_was_read_already_or_to_whom_it_can_not_reach(
    house: House,
) -> None:
    silent = a_staff("silent", email=None)
    house.furnish(
        settings({Topic.BILLING: ["ann", "ben"]}),
        staff=[a_staff("ada", admin=True), silent, *map(a_staff, ["ann", "ben"])],
    )
    house.save(settings({Topic.BILLING: ["ann", "ben", "silent"]}))
    receipt = house.write()[0]
    house.route.run()
    item = house.inbox("ann").items[0]
    house.read_inbox.mark(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), DeliveryState.READ)
    house.bring([a_staff("ben", active=False)])

    house.notify.run()

    trace, _ = house.traces.trace(PRACTICE, receipt.id, COMMAND)
    reasons = {delivery.recipient.staff: delivery.notifications[0].reason for delivery in trace.deliveries}
    assert reasons == {"ann": "read_already", "ben": "inactive", "silent": "no_address"}
    assert house.mailer.sent == []
    assert house.breaches() == {}
