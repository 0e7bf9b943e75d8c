"""Promises 5 to 11: who sees what and why, and what costs only delay; on SQLite and on PostgreSQL."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, exc, update

from adapters.database import tables
from adapters.database.tables import audit
from router.actors import COMMAND
from router.errors import NotFound
from router.flows.staff.inbox import InboxListing
from router.messages.cascade import Step
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.notification import Mail, SendOutcome, SmtpReply
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House

TO_ANN_AND_BEN = settings({Topic.BILLING: ["ann", "ben"]})


def test_promise_5_the_receipt_shows_the_display_name_and_no_staff(house: House) -> None:
    receipt = house.furnish(TO_ANN_AND_BEN).write()[0]
    house.route.run()

    assert house.accept.receipt(PRACTICE, receipt.id).to == "Billing Office"


def test_promise_7_another_practice_finds_nothing_of_this_one(house: House) -> None:
    receipt = house.furnish().write()[0]
    house.furnish(practice="other")
    house.route.run()
    delivery = house.inbox("ada").items[0].delivery

    with pytest.raises(NotFound):
        house.accept.receipt("other", receipt.id)
    with pytest.raises(NotFound):
        house.accept.receipt_by_key("other", "key-1")
    with pytest.raises(NotFound):
        house.traces.trace("other", receipt.id, COMMAND)
    with pytest.raises(NotFound):
        house.read_inbox.delivery(DeliveryRef("other", delivery, "ada", COMMAND))
    assert house.read_inbox.page(InboxRef("other", "ada", COMMAND), InboxListing(), None, 10).items == ()


def test_promise_7_staff_read_a_text_only_through_a_delivery_of_theirs_whatever_their_role(
    house: House,
) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    delivery = house.inbox("ann").items[0].delivery

    assert house.inbox("ada").items == ()
    with pytest.raises(NotFound):
        house.read_inbox.delivery(DeliveryRef(PRACTICE, delivery, "ada", COMMAND))
    with pytest.raises(NotFound):
        house.read_inbox.mark(DeliveryRef(PRACTICE, delivery, "ada", COMMAND), DeliveryState.DONE)


def test_promise_7_a_foreign_key_can_not_reach_into_another_practice(house: House) -> None:
    house.furnish().furnish(practice="other")
    house.bring([a_staff("only-here")])

    row = {"practice": "other", "patient": "pat", "staff": "only-here", "role": "x", "position": 9}
    with house.engine.connect() as connection, pytest.raises(exc.IntegrityError):
        connection.execute(tables.care_team_member.insert(), [row])


def test_promise_8_the_trace_says_who_was_skipped_and_which_settings_decided(
    house: House,
) -> None:
    house.furnish(TO_ANN_AND_BEN)
    house.send_away("ann", "ada")
    house.bring([a_staff("ben", active=False)])
    receipt = house.write()[0]
    house.route.run()

    trace, _ = house.traces.trace(PRACTICE, receipt.id, COMMAND)

    stored = trace.resolutions[0].resolution
    assert stored.distribution_version == 1
    matched = stored.trace[-1]
    assert matched.step is Step.RECIPIENTS
    assert [(person.staff, person.standing.value, person.covers) for person in matched.considered] == [
        ("ann", "covered", ("ada",)),
        ("ben", "inactive", ()),
    ]
    assert [(delivery.recipient.staff, delivery.recipient.represents) for delivery in trace.deliveries] == [
        ("ada", "ann")
    ]


def test_promise_9_with_every_hint_dropped_the_sweep_delivers_everything(house: House) -> None:
    receipts = house.furnish(TO_ANN_AND_BEN).write_many(30)
    sweep = replace(house.sweep, route=replace(house.route, batch=10, share=10))

    assert sweep.hint() == {"route": 3, "notify": 0, "escalate": 0}
    for _ in range(3):
        sweep.route.run()
    house.notify.run()

    assert house.states(receipts) == ["delivered"] * 30
    assert len(house.mailer.sent) == 60
    assert [worker.id for worker in house.operations.status().workers] == ["worker-1"]


def test_promise_9_a_hint_that_comes_twice_costs_nothing(house: House) -> None:
    house.furnish(TO_ANN_AND_BEN).write()

    assert [house.route.run().routed for _ in range(3)] == [1, 0, 0]
    assert [house.notify.run().sent for _ in range(3)] == [2, 0, 0]


def test_promise_10_no_transaction_is_open_while_mail_is_sent(house: House) -> None:
    house.furnish(TO_ANN_AND_BEN).write()
    house.route.run()
    seen = []

    def look_meanwhile(mail: Mail) -> SmtpReply:
        # Another connection can write to the same rows: on SQLite an open transaction would refuse it.
        with house.engine.begin() as connection:
            connection.execute(update(tables.notification).values(reason="touched"))
        seen.append(house.engine.pool.status())
        return SmtpReply(mail.notification, SendOutcome.SENT, 250, "OK")

    house.mailer.answer = look_meanwhile
    assert house.notify.run().sent == 2
    assert len(seen) == 2


def test_promise_11_every_look_is_on_record_and_the_record_can_not_be_changed(
    house: House,
) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    item = house.inbox("ann").items[0]
    house.read_inbox.delivery(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND))
    house.accept.form(PRACTICE, "sam", None, None, COMMAND)
    house.traces.trace(PRACTICE, item.message, COMMAND)

    rows = house.operations.audit(PRACTICE, None, 100)

    assert [row.action for row in rows] == [
        "trace.read",
        "form.read",
        "delivery.read",
        "inbox.read",
        "message.written",
        "settings.saved",
        "roster.changed",
        "practice.created",
    ]
    for forbidden in (delete(audit), update(audit).values(actor="nobody")):
        with (
            house.engine.connect() as connection,
            pytest.raises(exc.DBAPIError, match="append-only"),
        ):
            connection.execute(forbidden)
