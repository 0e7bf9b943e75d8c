"""Which refusals are about the addresses of one practice and which about the relay of all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.database.tables import relay_refusal
from router.actors import COMMAND
from router.flows.worker.notify import Notify
from router.messages.notification import Mail, SendOutcome, SmtpReply
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import House
from tests.integration.flows.worker.relays import STAFF, TO_ALL, rows
from tests.integration.flows.worker.relays import notify as notify  # noqa: PLC0414 - the fixture is shared.
from tests.integration.flows.worker.relays import server as server  # noqa: PLC0414 - the fixture is shared.
from tests.servers.smtp import ScriptedSmtpServer


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
