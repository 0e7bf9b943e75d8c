"""One event, one email for an address; every notification still says what became of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from adapters.database.tables import notification
from router.actors import COMMAND
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.flows.worker.notify import Notify
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.notification import SendOutcome, SmtpReply, begins_conversation
from router.messages.states import DeliveryState
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House
from tests.servers.waiting import wait_until

DESK = "desk@clinic.example"
AT_ONE_DESK = (
    a_staff("ada", admin=True),
    *(a_staff(one, email=DESK if one != "cho" else "Desk@Clinic.example") for one in ("ann", "ben", "cho")),
)
TO_ALL = settings({Topic.BILLING: ["ann", "ben", "cho"]})


class SendingAtOnce:
    """A courier: routing hands it what it has made."""

    most, lease_seconds, is_free = 100, 60, True

    def __init__(self, notify: Notify) -> None:
        self._notify = notify

    def send(self, lease) -> object:
        return self._notify.send(lease)


def rows(house: House) -> dict[UUID, tuple[str, str | None, UUID | None]]:
    """State, reason and carrier of every notification."""
    with house.engine.connect() as connection:
        columns = notification.c
        wanted = select(columns.id, columns.state, columns.reason, columns.carrier)
        return {row.id: (row.state, row.reason, row.carrier) for row in connection.execute(wanted)}


def carried(house: House) -> tuple[list[UUID], list[UUID | None]]:
    """Those that were sent, and the carriers of those that were merged."""
    found = rows(house)
    sent = [one for one, (state, _, _) in found.items() if state == "sent"]
    return sent, [carrier for state, reason, carrier in found.values() if (state, reason) == ("suppressed", "merged")]


def addresses(house: House) -> list[str]:
    return [mail.recipient for mail in house.mailer.sent]


def test_siblings_that_share_an_address_get_one_email(house: House) -> None:
    house.furnish(TO_ALL, staff=AT_ONE_DESK, patients=[a_patient("sam")]).write()
    house.route.run()

    done = house.notify.run()

    assert (done.sent, done.suppressed, len(addresses(house))) == (1, 2, 1)
    sent, carriers = carried(house)
    assert carriers == sent * 2
    assert house.breaches() == {}


def test_siblings_are_one_email_when_routing_sends_at_once(house: House) -> None:
    house.furnish(TO_ALL, staff=AT_ONE_DESK, patients=[a_patient("sam")]).write()

    replace(house.route, courier=SendingAtOnce(house.notify)).run()

    assert addresses(house) == [DESK]
    assert {state for state, _, _ in rows(house).values()} == {"sent", "suppressed"}


def test_siblings_are_one_email_when_leases_are_cut_between_them(house: House) -> None:
    house.furnish(TO_ALL, staff=AT_ONE_DESK, patients=[a_patient("sam")]).write()
    house.route.run()
    one_by_one = replace(house.notify, batch=1)

    for _ in range(4):
        one_by_one.run()
        house.clock.by += timedelta(seconds=3)

    assert len(addresses(house)) == 1
    assert len(carried(house)[1]) == 2


def test_one_whose_sibling_another_process_sends_waits_for_it(house: House) -> None:
    house.furnish(TO_ALL, staff=AT_ONE_DESK, patients=[a_patient("sam")]).write()
    house.route.run()
    with house.database.begin() as work:
        held = work.notifications.lease(house.notify.ids.new(), 60, 1)
        work.commit()

    while_it_sends = house.notify.run()
    house.notify.send(held)
    house.clock.by += timedelta(seconds=3)
    house.notify.run()

    assert (while_it_sends.sent, while_it_sends.waiting) == (0, 2)
    assert len(addresses(house)) == 1
    assert len(carried(house)[1]) == 2


def test_each_own_address_gets_its_own_email(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]})).write()
    house.route.run()

    assert house.notify.run().sent == 2


def test_when_the_carrier_is_refused_the_next_is_tried(house: House) -> None:
    house.furnish(TO_ALL, staff=AT_ONE_DESK, patients=[a_patient("sam")]).write()
    house.route.run()
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "5.1.1 unknown")
    first = house.notify.run()
    house.mailer.answer = type(house.mailer)().answer

    second = house.notify.run()

    assert (first.parked, first.waiting) == (1, 2)
    assert (second.sent, second.suppressed) == (1, 1)


def test_what_is_deferred_is_deferred_together(house: House) -> None:
    house.furnish(TO_ALL, staff=AT_ONE_DESK, patients=[a_patient("sam")]).write()
    house.route.run()
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.DEFERRED, 451, "4.2.0 later")
    house.notify.run()
    house.mailer.answer = type(house.mailer)().answer
    house.clock.by += timedelta(minutes=2)

    assert house.notify.run().sent == 1
    assert len(carried(house)[1]) == 2


def a_second_message(house: House, key: str = "again") -> None:
    """Sam writes once more in the same conversation."""
    conversation = house.inbox("ann", InboxView.OPEN).items[0].conversation
    # The ids tell that it is no message which began the conversation, however quick the machine is.
    ids = house.notify.ids
    wait_until(lambda: not begins_conversation(ids.new(), conversation), 5, "time passes")
    house.write(ReplyDraft(key, "sam", conversation, "One more thing."))
    house.route.run()


def test_messages_of_one_unread_conversation_within_a_minute_are_one_email(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    house.notify.run()
    house.clock.by += timedelta(seconds=20)
    a_second_message(house)

    assert house.notify.run().sent == 0
    sent, carriers = carried(house)
    assert carriers == sent

    house.clock.by += timedelta(seconds=61)
    a_second_message(house, "later")
    assert house.notify.run().sent == 1
    assert house.breaches() == {}


def test_who_has_read_the_first_message_is_told_of_the_second(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    house.notify.run()
    item = house.inbox("ann").items[0]
    house.read_inbox.mark(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), DeliveryState.READ)
    a_second_message(house)

    assert house.notify.run().sent == 1


def test_two_messages_of_one_conversation_that_wait_are_one_email(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write()
    house.route.run()
    a_second_message(house)

    done = house.notify.run()

    assert (done.sent, done.suppressed) == (1, 1)


def test_two_conversations_are_two_emails(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write_many(2)
    house.route.run()

    assert house.notify.run().sent == 2


def test_what_an_absence_moves_is_one_email(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]}))
    house.write_many(20)
    house.route.run()
    house.send_away("ann", "ben")
    house.absences.run()

    done = house.notify.run()

    assert addresses(house) == ["ben@clinic.example"]
    assert len([row for row in rows(house).values() if row[1] == "merged"]) == 19
    assert done.sent == 1
    assert house.breaches() == {}


def family(house: House, *, private: bool = False) -> None:
    """Pat, who is told of answers, and a mother with the same address."""
    permissions = frozenset({Permission.READ, Permission.WRITE})
    mother = AuthorizedUser("mum", "Mum Doe", "Home@mail.example", notify=True, permissions=permissions)
    pat = a_patient("pat", team=["ann"], email="home@mail.example", notify=True, authorized_users=(mother,))
    house.furnish(settings({Topic.BILLING: ["ann"]}), patients=[pat, a_patient("sam")])
    house.write(house.draft(patient="pat", private=private))
    house.route.run()
    house.notify.run()
    house.mailer.sent.clear()


def answer(house: House, body: str = "Done.") -> None:
    """Ann answers."""
    item = house.inbox("ann", InboxView.OPEN).items or house.inbox("ann", InboxView.DONE).items
    house.replies.reply(DeliveryRef(PRACTICE, item[0].delivery, "ann", COMMAND), ReplyRequest(body))


def test_a_child_and_a_mother_who_share_an_address_get_one_email(house: House) -> None:
    family(house)
    answer(house)

    done = house.notify.run()

    assert (done.sent, done.suppressed) == (1, 1)
    assert len(addresses(house)) == 1


def test_answers_within_a_minute_are_one_email(house: House) -> None:
    family(house)
    answer(house)
    house.notify.run()
    answer(house, "And one more.")

    assert house.notify.run().sent == 0
    assert len(addresses(house)) == 1


def test_of_a_private_conversation_no_email_goes_to_an_address_that_is_shared(house: House) -> None:
    family(house, private=True)
    answer(house)

    done = house.notify.run()

    assert (done.sent, done.suppressed, addresses(house)) == (0, 1, [])
    assert ("suppressed", "shared_address", None) in rows(house).values()
    form = house.accept.form(PRACTICE, "pat", None, None, COMMAND)
    assert [(reader.id, reader.shares_address) for reader in form.readers] == [("mum", True)]
