"""The promises of the product, by number, on SQLite and on PostgreSQL."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, exc, select, update

from adapters.database import tables
from adapters.database.tables import audit
from adapters.database.unit_of_work import Database
from router.actors import COMMAND
from router.availability import Absence
from router.cascade import Step
from router.errors import FormRefused, NotFound
from router.flows.read_inbox import View
from router.message import DeliveryState
from router.notification import Answer, Mail, Outcome, after
from router.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House, ShiftedClock

if TYPE_CHECKING:
    from router.records import Receipt

TO_ANN_AND_BEN = settings({Topic.BILLING: ["ann", "ben"]})


def test_promise_1_what_was_accepted_is_there_when_the_process_dies_at_once(
    house: House,
) -> None:
    receipt = house.furnish().write()[0]

    after_the_crash = House(house.engine)

    assert after_the_crash.accept.receipt(PRACTICE, receipt.id) == receipt
    assert after_the_crash.route.run().routed == 1


def test_promise_1_a_refused_message_is_not_half_stored(house: House) -> None:
    house.furnish(settings(messaging_enabled=False))

    refusal = house.try_to_write()[0]

    assert isinstance(refusal, FormRefused)
    with house.engine.connect() as connection:
        assert connection.execute(select(tables.message)).all() == []
        assert connection.execute(select(tables.conversation)).all() == []


def test_promise_1_a_repeat_with_the_same_key_is_the_same_message(house: House) -> None:
    first = house.furnish().write()[0]

    again = house.write(house.draft(), house.draft())

    assert again == [first, first]
    house.route.run()
    assert house.write()[0].id == first.id


def test_promise_2_the_cascade_ends_parked_in_sight_and_goes_on_by_itself(house: House) -> None:
    receipt = house.furnish().write()[0]
    house.bring([a_staff("ada", admin=True, active=False)])

    batch = house.route.run()

    assert (batch.routed, batch.parked) == (0, 1)
    assert [one.reason for one in house.operate.parked(None, None, 10)] == ["no_active_staff"]
    house.bring([a_staff("ada", admin=True)])
    assert house.route.run().routed == 1
    assert house.recipients(receipt.id) == ["ada"]
    assert house.breaches() == {}


def test_promise_2_settings_that_name_somebody_also_wake_what_was_parked(house: House) -> None:
    house.furnish().write()
    house.bring([a_staff("ada", admin=True, active=False)])
    house.route.run()

    house.save(settings(catch_all=("ben",)))

    assert house.route.run().routed == 1
    assert len(house.inbox("ben").items) == 1


def test_promise_2_what_was_accepted_is_delivered_even_if_the_topic_is_switched_off(
    house: House,
) -> None:
    receipt = house.furnish(TO_ANN_AND_BEN).write()[0]
    off = replace(TO_ANN_AND_BEN, messaging_enabled=False)
    house.save(off)

    house.route.run()

    assert house.recipients(receipt.id) == ["ann", "ben"]


def test_promise_3_two_workers_on_one_backlog_deliver_each_message_once(house: House) -> None:
    receipts = house.furnish(TO_ANN_AND_BEN).write_many(40)
    workers = [House(house.engine, failures=house.failures) for _ in range(4)]
    start = threading.Barrier(len(workers))

    def work(one: House) -> None:
        start.wait()
        while replace(one.route, batch=7, share=7).run().more:
            pass

    threads = [threading.Thread(target=work, args=(one,)) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while house.route.run().routed:
        pass

    assert [house.recipients(one.id) for one in receipts] == [["ann", "ben"]] * 40
    assert len(house.inbox("ann").items) == 40
    assert house.failures == []
    assert house.breaches() == {}


def test_promise_3_the_unique_constraint_holds_against_any_code(house: House) -> None:
    house.furnish(TO_ANN_AND_BEN).write()
    house.route.run()

    with house.engine.begin() as connection:
        row = dict(connection.execute(select(tables.delivery).where(tables.delivery.c.staff == "ann")).mappings().one())
        with pytest.raises(exc.IntegrityError):
            connection.execute(tables.delivery.insert(), [row | {"id": house.route.ids.new()}])


def test_promise_4_a_failing_mail_server_undoes_no_delivery_and_loses_no_email(
    house: House,
) -> None:
    receipt = house.furnish(TO_ANN_AND_BEN).write()[0]
    house.mailer.answer = lambda mail: Answer(mail.notification, Outcome.RELAY, 421, "go away")
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
            Answer(leased.id, Outcome.SENT, 250, "OK"),
            house.operate.ready(),
        )
    ]
    with house.database.begin() as work:
        assert work.notifications.record(first, sent) == 0
        assert work.notifications.record(second, sent) == 1
        work.commit()


@pytest.mark.parametrize(
    ("code", "outcome", "state", "reason"),
    [
        (550, Outcome.REJECTED, "parked", "rejected"),
        (451, Outcome.DEFERRED, "due", "deferred"),
    ],
)
def test_promise_4_every_answer_of_the_mail_server_is_recorded(house: House, code, outcome, state, reason) -> None:
    receipt = house.furnish(settings({Topic.BILLING: ["ann"]})).write()[0]
    house.mailer.answer = lambda mail: Answer(mail.notification, outcome, code, "no such mailbox")
    house.route.run()
    house.notify.run()

    trace, _ = house.explain.trace(PRACTICE, receipt.id, COMMAND)
    notification = trace.deliveries[0].notifications[0]
    assert (notification.state, notification.reason) == (state, reason)
    assert [(one.code, one.answer) for one in notification.attempts] == [(code, "no such mailbox")]


def test_promise_4_a_parked_notification_is_sent_after_it_is_requeued(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.mailer.answer = lambda mail: Answer(mail.notification, Outcome.REJECTED, 550, "full")
    house.route.run()
    house.notify.run()
    parked = house.operate.parked(PRACTICE, None, 10)[0]
    assert (parked.kind, parked.answer) == ("notification", "full")

    house.operate.requeue(PRACTICE, parked.id, COMMAND)
    house.mailer.answer = type(house.mailer)().answer

    assert house.notify.run().sent == 1
    assert house.operate.parked(PRACTICE, None, 10) == []


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
    house.read_inbox.mark(PRACTICE, item.delivery, "ann", DeliveryState.READ, COMMAND)
    house.bring([a_staff("ben", active=False)])

    house.notify.run()

    trace, _ = house.explain.trace(PRACTICE, receipt.id, COMMAND)
    reasons = {one.recipient.staff: one.notifications[0].reason for one in trace.deliveries}
    assert reasons == {"ann": "read_already", "ben": "inactive", "silent": "no_address"}
    assert house.mailer.sent == []
    assert house.breaches() == {}


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
        house.explain.trace("other", receipt.id, COMMAND)
    with pytest.raises(NotFound):
        house.read_inbox.delivery("other", delivery, "ada", COMMAND)
    assert house.read_inbox.page("other", "ada", View.OPEN, None, 10, COMMAND).items == ()


def test_promise_7_staff_read_a_text_only_through_a_delivery_of_theirs_whatever_their_role(
    house: House,
) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    delivery = house.inbox("ann").items[0].delivery

    assert house.inbox("ada").items == ()
    with pytest.raises(NotFound):
        house.read_inbox.delivery(PRACTICE, delivery, "ada", COMMAND)
    with pytest.raises(NotFound):
        house.read_inbox.mark(PRACTICE, delivery, "ada", DeliveryState.DONE, COMMAND)


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

    trace, _ = house.explain.trace(PRACTICE, receipt.id, COMMAND)

    stored = trace.resolutions[0].resolution
    assert stored.distribution_version == 1
    matched = stored.trace[-1]
    assert matched.step is Step.RECIPIENTS
    assert [(one.staff, one.standing.value, one.covers) for one in matched.considered] == [
        ("ann", "covered", ("ada",)),
        ("ben", "inactive", ()),
    ]
    assert [(one.recipient.staff, one.recipient.represents) for one in trace.deliveries] == [("ada", "ann")]


def test_promise_9_with_every_hint_dropped_the_sweep_delivers_everything(house: House) -> None:
    receipts = house.furnish(TO_ANN_AND_BEN).write_many(30)
    sweep = replace(house.sweep, route=replace(house.route, batch=10, share=10))

    assert sweep.hint() == {"route": 3, "notify": 0}
    for _ in range(3):
        sweep.route.run()
    house.notify.run()

    assert house.states(receipts) == ["delivered"] * 30
    assert len(house.mailer.sent) == 60
    assert [worker.id for worker in house.operate.status().workers] == ["worker-1"]


def test_promise_9_a_hint_that_comes_twice_costs_nothing(house: House) -> None:
    house.furnish(TO_ANN_AND_BEN).write()

    assert [house.route.run().routed for _ in range(3)] == [1, 0, 0]
    assert [house.notify.run().sent for _ in range(3)] == [2, 0, 0]


def test_promise_10_no_transaction_is_open_while_mail_is_sent(house: House) -> None:
    house.furnish(TO_ANN_AND_BEN).write()
    house.route.run()
    seen = []

    def look_meanwhile(mail: Mail) -> Answer:
        # Another connection can write to the same rows: on SQLite an open transaction would refuse it.
        with house.engine.begin() as connection:
            connection.execute(update(tables.notification).values(reason="touched"))
        seen.append(house.engine.pool.status())
        return Answer(mail.notification, Outcome.SENT, 250, "OK")

    house.mailer.answer = look_meanwhile
    assert house.notify.run().sent == 2
    assert len(seen) == 2


def test_promise_11_every_look_is_on_record_and_the_record_can_not_be_changed(
    house: House,
) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    item = house.inbox("ann").items[0]
    house.read_inbox.delivery(PRACTICE, item.delivery, "ann", COMMAND)
    house.accept.form(PRACTICE, "sam", None, None, COMMAND)
    house.explain.trace(PRACTICE, item.message, COMMAND)

    rows = house.operate.audit(PRACTICE, None, 100)

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


def test_a_message_that_can_not_be_routed_is_parked_after_three_tries_and_harms_no_other(
    house: House,
) -> None:
    receipts = house.furnish(TO_ANN_AND_BEN).write_many(5)
    poisoned = receipts[2].id
    with house.engine.begin() as connection:
        broken = update(tables.conversation).where(tables.conversation.c.id == receipts[2].conversation)
        connection.execute(broken.values(topic="nonsense"))

    for _ in range(3):
        house.route.run()
        house.clock.by += timedelta(seconds=3)

    assert house.states(receipts) == ["delivered"] * 2 + ["parked"] + ["delivered"] * 2
    assert [(one.id, one.reason) for one in house.operate.parked(None, None, 9)] == [(poisoned, "routing_failed")]
    with house.engine.begin() as connection:
        connection.execute(update(tables.conversation).values(topic="billing"))
    house.operate.requeue(PRACTICE, poisoned, COMMAND)
    house.route.run()
    assert house.recipients(poisoned) == ["ann", "ben"]


def test_a_practice_with_a_backlog_starves_nobody(house: House) -> None:
    house.furnish().furnish(practice="small")
    house.write_many(60)
    small = house.write_many(2, practice="small")

    replace(house.route, batch=20, share=10).run()

    assert house.states(small, "small") == ["delivered"] * 2


def test_absences_count_at_the_moment_of_routing(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]}))
    now = house.operate.ready()
    later = Absence("ann", now + timedelta(hours=1), now + timedelta(hours=2), "ben")
    house.enrol.set_absence(PRACTICE, later, COMMAND)
    receipts: list[Receipt] = []
    for hours in (0, 1, 1):
        house.clock.by += timedelta(hours=hours)
        receipts += house.write(house.draft(f"key-{house.clock.by}-{len(receipts)}"))
        house.route.run()

    assert [house.recipients(one.id) for one in receipts] == [["ann"], ["ben"], ["ann"]]


def test_reconcile_names_what_somebody_broke_by_hand(house: House) -> None:
    receipts = house.furnish(TO_ANN_AND_BEN).write_many(4)
    house.route.run()
    waiting = house.write(house.draft("late"))[0]
    one, two, three, four = (receipt.id for receipt in receipts)
    with house.engine.begin() as connection:
        table = tables.delivery
        ids = {row.message: row.id for row in connection.execute(select(table).where(table.c.staff == "ann"))}
        connection.execute(update(tables.message).where(tables.message.c.id == one).values(state="accepted"))
        gone = delete(tables.notification).where(tables.notification.c.delivery == ids[two])
        connection.execute(gone)
        connection.execute(delete(table).where(table.c.id == ids[two]))
        connection.execute(delete(tables.notification).where(tables.notification.c.delivery == ids[three]))
        silent = update(tables.notification).where(tables.notification.c.delivery == ids[four])
        connection.execute(silent.values(state="parked", reason=None))
        stuck = tables.notification.c.delivery == ids[four]
        parked = connection.execute(select(tables.notification.c.id).where(stuck)).scalar_one()
    house.clock.by += timedelta(hours=1)

    found = house.breaches()

    assert found[str(one)] == "has waited to be routed for too long"
    assert found[str(two)] == "its inboxes are not those of its resolution"
    assert found[str(ids[three])] == "the delivery has 0 notifications"
    assert found[str(parked)] == "the notification is parked without a reason"
    assert found[str(waiting.id)] == "has waited to be routed for too long"


def test_many_practices_are_kept_in_memory_by_version_and_never_stale(house: House) -> None:
    house.furnish(TO_ANN_AND_BEN).write()
    other_process = Database(house.engine, ShiftedClock())
    assert house.route.run().routed == 1

    House(house.engine).save(settings({Topic.BILLING: ["ada"]}))
    receipt = house.write(house.draft("later"))[0]
    house.route.run()

    assert house.recipients(receipt.id) == ["ada"]
    assert other_process is not house.database


def test_the_patient_may_write_to_whom_the_form_offers(house: House) -> None:
    house.furnish(patients=[a_patient("pat", team=["ann"])])

    receipt = house.write(house.draft(patient="pat", topic=Topic.MEDICAL, to="ann"))[0]
    house.route.run()

    assert receipt.to == "Ann"
    assert house.recipients(receipt.id) == ["ann"]
