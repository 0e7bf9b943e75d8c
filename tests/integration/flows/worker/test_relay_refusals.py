"""What a mail server's refusals do to notifications: the relay's are charged to nobody, an address's are parked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.flows.worker.notify import Notify
from router.messages.notification import Mail, SendOutcome, SmtpReply
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House
from tests.integration.flows.worker.relays import STAFF, TO_ALL, rows
from tests.integration.flows.worker.relays import notify as notify  # noqa: PLC0414 - the fixture is shared.
from tests.integration.flows.worker.relays import server as server  # noqa: PLC0414 - the fixture is shared.
from tests.servers.smtp import ScriptedSmtpServer


@pytest.mark.parametrize("answer", ["550 5.7.60 may not send as", "550 5.4.5 sending limit", "553 5.1.8 who?"])
def test_a_refusal_of_the_sender_pauses_the_relay_and_charges_nothing(
    house: House, notify: Notify, server: ScriptedSmtpServer, answer: str
) -> None:
    house.furnish(TO_ALL, staff=STAFF)
    house.write_many(4)
    house.route.run()
    server.script.after_data = answer

    refused = notify.run()

    assert (refused.parked, refused.relay_failed, refused.waiting) == (0, True, 12)
    assert house.operations.status().relay_answer == answer[4:]
    assert {(state, deferrals) for state, _, deferrals in rows(house)} == {("due", 0)}

    server.script.after_data = None
    house.clock.by += timedelta(minutes=2)
    assert notify.run().sent == 12
    assert house.operations.status().relay_answer is None
    assert house.breaches() == {}


def test_a_quota_that_is_used_up_half_way_charges_nothing(
    house: House, notify: Notify, server: ScriptedSmtpServer
) -> None:
    house.furnish(TO_ALL, staff=STAFF)
    house.write_many(1)
    house.route.run()
    assert notify.run().sent == 3
    house.write(*(house.draft(f"more-{number}") for number in range(5)))
    house.route.run()
    server.script.after_data = "552 5.4.5 daily limit"

    notify.run()

    assert {(state, deferrals) for state, _, deferrals in rows(house)} == {("sent", 0), ("due", 0)}
    assert house.operations.status().relay_paused_until


def test_a_bad_address_is_parked_and_the_relay_goes_on(
    house: House, notify: Notify, server: ScriptedSmtpServer
) -> None:
    house.furnish(TO_ALL, staff=STAFF).write()
    house.route.run()
    server.script.recipients = {"ann@clinic.example": "550 5.2.1 mailbox disabled"}

    done = notify.run()

    assert (done.sent, done.parked, done.relay_failed) == (2, 1, False)
    assert rows(house)[0] == ("parked", "rejected", 0)


def only_ann(refuse: Callable[[Mail], SmtpReply]) -> Callable[[Mail], SmtpReply]:
    """A relay that takes everybody else's emails."""
    taken = SendOutcome.SENT
    return lambda mail: (
        refuse(mail) if mail.recipient.startswith("ann") else SmtpReply(mail.notification, taken, 250, "OK")
    )


def test_one_address_that_the_relay_always_refuses_waits_longer_and_stops_nobody(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]}))
    house.mailer.answer = only_ann(
        lambda mail: SmtpReply(mail.notification, SendOutcome.RELAY, 554, "5.7.1 relaying denied")
    )
    for number in range(3):
        house.write(house.draft(f"key-{number}"))
        house.route.run()
        assert not house.notify.run().relay_failed

    deferred = [row for row in rows(house) if row[1] == "deferred"]
    assert deferred
    assert {row[0] for row in rows(house)} == {"sent", "due"}


def test_requeueing_by_reason_takes_this_reason_of_this_practice_since_then(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "5.1.1 unknown")
    house.notify.run()
    began = house.operations.ready()
    requeue = house.operations.requeue_parked

    assert requeue(None, "deferred_too_often", began - timedelta(hours=1), COMMAND) == 0
    assert requeue(None, "rejected", began + timedelta(hours=1), COMMAND) == 0
    assert requeue(PRACTICE, "rejected", began - timedelta(hours=1), COMMAND) == 1

    audited = house.operations.audit(PRACTICE, None, 1)[0]
    assert (audited.action, audited.subject, audited.details["count"]) == ("parked.requeued", "rejected", 1)
    assert house.operations.parked(None, None, 9) == []


def test_messages_come_back_by_their_reason(house: House) -> None:
    house.furnish().write_many(2)
    house.bring([a_staff("ada", admin=True, active=False)])
    house.route.run()
    since = house.operations.ready() - timedelta(hours=1)

    assert house.operations.requeue_parked(PRACTICE, "no_active_staff", since, COMMAND) == 2


def test_what_the_relay_refuses_does_not_keep_what_it_would_take_waiting(
    house: House, notify: Notify, server: ScriptedSmtpServer
) -> None:
    """In the one practice that there is: those refused were due first, and were asked again and again."""
    staff = [a_staff(f"s{number}", email=f"s{number}@gone.example") for number in range(6)]
    all_of_them = settings({Topic.BILLING: [one.id for one in staff], Topic.MEDICAL: ["cho"]})
    everybody = [a_staff("ada", admin=True, email=None), *staff, a_staff("cho")]
    house.furnish(all_of_them, staff=everybody, patients=[a_patient("sam")])
    house.write()
    house.route.run()
    server.script.recipients = {f"s{number}@gone.example": "550 5.7.60 denied" for number in range(6)}
    notify.run()
    house.write(replace(house.draft("later"), topic=Topic.MEDICAL))
    house.route.run()

    sent = 0
    for _ in range(3):
        house.clock.by += timedelta(minutes=2)
        sent += notify.run().sent

    assert sent == 1
