"""What a mail server's refusals do to notifications: the relay's are charged to nobody, an address's are parked."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from adapters.database.tables import notification, relay_refusal
from adapters.email.address import parse
from adapters.email.render import Renderer
from adapters.email.smtp import SmtpMailer
from router.actors import COMMAND
from router.flows.worker.notify import Notify
from router.messages.notification import Mail, SendOutcome, SmtpReply
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House
from tests.servers.smtp import ScriptedSmtpServer

STAFF = (a_staff("ada", admin=True), a_staff("ann"), a_staff("ben"), a_staff("cho"))
TO_ALL = settings({Topic.BILLING: ["ann", "ben", "cho"]})


@pytest.fixture
def server() -> Iterator[ScriptedSmtpServer]:
    """A mail server that behaves as yet."""
    with ScriptedSmtpServer() as running:
        yield running


@pytest.fixture
def notify(house: House, server: ScriptedSmtpServer) -> Iterator[Notify]:
    """Notifies by that server."""
    mailer = SmtpMailer(parse(server.url), Renderer("no-reply@localhost"), send_seconds=5)
    yield replace(house.notify, mailer=mailer)
    mailer.close()


def rows(house: House) -> list[tuple[str, str, int]]:
    """State, reason and deferrals of every notification."""
    with house.engine.connect() as connection:
        wanted = select(notification.c.state, func.coalesce(notification.c.reason, ""), notification.c.deferrals)
        return sorted((row[0], row[1], row[2]) for row in connection.execute(wanted))


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


def unclear(mail: Mail) -> SmtpReply:
    """Something that may be about anything."""
    return SmtpReply(mail.notification, SendOutcome.REJECTED, 554, f"Transaction of {mail.recipient} failed")


def three_domains(house: House) -> None:
    """Two practices whose staff have addresses in three domains; one message to each of them."""
    ann, ben = a_staff("ann", email="ann@a.example"), a_staff("ben", email="ben@b.example")
    cho = a_staff("cho", email="cho@c.example")
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]}), staff=[a_staff("ada", admin=True, email=None), ann, ben])
    elsewhere = settings({Topic.BILLING: ["cho"]})
    others = [a_staff("ada", admin=True, email=None), cho]
    house.furnish(elsewhere, practice="elsewhere", staff=others, patients=[a_patient("sam")])
    house.write()


def test_one_answer_in_three_domains_of_two_practices_is_the_relays_and_comes_back_in_one_act(house: House) -> None:
    three_domains(house)
    began = house.operations.ready()
    house.route.run()
    house.mailer.answer = unclear

    first = house.notify.run()
    house.write(house.draft("later"), practice="elsewhere")
    house.route.run()
    second = house.notify.run()

    assert (first.parked, first.relay_failed) == (2, False)
    assert (second.parked, second.relay_failed, second.waiting) == (0, True, 1)

    # Somebody has mended it: what was parked meanwhile comes back in one act.
    assert house.operations.requeue_parked(None, "rejected", began - timedelta(seconds=1), COMMAND) == 2
    house.mailer.answer = type(house.mailer)().answer
    house.clock.by += timedelta(minutes=2)
    assert house.notify.run().sent == 3
    with house.engine.connect() as connection:
        assert connection.execute(select(relay_refusal)).all() == []


def test_a_success_between_them_makes_it_the_addresses(house: House) -> None:
    three_domains(house)
    house.route.run()
    house.mailer.answer = unclear
    house.notify.run()
    house.mailer.answer = type(house.mailer)().answer
    house.write(house.draft("taken"))
    house.route.run()
    assert house.notify.run().sent == 2
    house.mailer.answer = unclear
    house.write(house.draft("later"), practice="elsewhere")
    house.route.run()

    last = house.notify.run()

    assert (last.parked, last.relay_failed) == (1, False)


def test_a_practice_with_one_domain_needs_no_other_to_tell(house: House) -> None:
    house.furnish(TO_ALL, staff=STAFF)
    house.write_many(4)
    house.route.run()
    house.mailer.answer = unclear

    done = house.notify.run()

    assert (done.parked, done.relay_failed, done.waiting) == (0, True, 12)


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


def two_practices(house: House, careless: int) -> None:
    """One whose staff have addresses that the relay refuses, and another one; a message to each."""
    staff = [a_staff(f"s{number}", email=f"s{number}@gone-{number}.example") for number in range(careless)]
    everybody = settings({Topic.BILLING: [one.id for one in staff]})
    house.furnish(everybody, staff=[a_staff("ada", admin=True, email=None), *staff], patients=[a_patient("sam")])
    others = [a_staff("ada", admin=True, email=None), a_staff("cho", email="cho@c.example")]
    house.furnish(settings({Topic.BILLING: ["cho"]}), practice="elsewhere", staff=others, patients=[a_patient("sam")])
    house.write()
    house.route.run()


def refuse_all_but_cho(mail: Mail) -> str | None:
    """What the mail server says to the recipient."""
    return None if mail.recipient.startswith("cho") else "550 5.7.1 denied"


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 <{}>: Recipient address rejected: Access denied",
        "554 5.7.1 denied by policy",
        "550 5.7.1 unable to relay",
    ],
)
def test_one_practices_addresses_never_pause_the_relay_for_others(
    house: House, notify: Notify, server: ScriptedSmtpServer, answer: str
) -> None:
    """However many there are of them, and although nothing else is sent in between."""
    two_practices(house, careless=8)
    addresses = [f"s{number}@gone-{number}.example" for number in range(8)]
    server.script.recipients = {address: answer.format(address) for address in addresses}

    for number in range(4):
        assert not notify.run().relay_failed
        house.clock.by += timedelta(seconds=1)
        house.write(house.draft(f"more-{number}"))
        house.route.run()
    house.write(house.draft("for-cho"), practice="elsewhere")
    house.route.run()

    assert notify.run().sent == 1
    assert house.operations.status().relay_paused_until is None
    assert house.breaches() == {}


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


def test_policy_against_two_practices_pauses_the_relay_and_charges_nothing(
    house: House, notify: Notify, server: ScriptedSmtpServer
) -> None:
    two_practices(house, careless=3)
    house.write(house.draft("for-cho"), practice="elsewhere")
    house.route.run()
    server.script.after_data = "554 5.7.1 denied by policy"

    refused = notify.run()

    assert (refused.parked, refused.relay_failed, refused.waiting) == (0, True, 4)
    assert {(state, deferrals) for state, _, deferrals in rows(house)} == {("due", 0)}
    server.script.after_data = None
    house.clock.by += timedelta(minutes=2)
    assert notify.run().sent == 4
