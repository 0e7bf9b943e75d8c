"""Routing that sends at once what it has just made."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.flows.worker.route import Route
from router.messages.notification import Lease, Mail, SendOutcome, SmtpReply
from router.messages.states import DeliveryState, NotificationState
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House


@dataclass
class HouseCourier:
    """Sends through the house's own flow, as many at once and when it is told."""

    house: House
    most: int = 250
    lease_seconds: int = 180
    is_free: bool = True
    given: list[Lease] = field(default_factory=list)

    def send(self, lease: Lease) -> None:
        self.given.append(lease)
        self.house.notify.send(lease)


@pytest.fixture
def courier(house: House) -> HouseCourier:
    """A courier of a practice in which Ann and Ben get what is about bills."""
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]}))
    return HouseCourier(house)


@pytest.fixture
def route(house: House, courier: HouseCourier) -> Route:
    """Routing with that courier."""
    return replace(house.route, courier=courier)


def states(house: House) -> Counter[str]:
    """How many notifications are in which state."""
    with house.engine.connect() as connection:
        return Counter(connection.exec_driver_sql("select state from notification").scalars())


def test_what_was_routed_is_sent_without_a_hint_and_recorded(house: House, route: Route) -> None:
    house.write()

    route.run()

    assert states(house) == {NotificationState.SENT: 2}
    assert {mail.recipient for mail in house.mailer.sent} == {"ann@clinic.example", "ben@clinic.example"}
    assert house.hints.given["notify"] == 0
    assert not house.breaches()


def test_what_the_courier_can_not_take_is_due_and_hinted(house: House, route: Route, courier: HouseCourier) -> None:
    courier.most = 1
    house.write()

    route.run()

    assert states(house) == {NotificationState.SENT: 1, NotificationState.DUE: 1}
    assert house.hints.given["notify"] == 1


def test_while_the_mail_server_is_slow_or_paused_nothing_is_leased(
    house: House, route: Route, courier: HouseCourier
) -> None:
    courier.is_free = False
    house.write()
    route.run()
    courier.is_free = True
    with house.database.begin() as work:
        work.relay.pause("421 too busy")
        work.commit()
    house.write(house.draft("key-2"))
    route.run()

    assert states(house) == {NotificationState.DUE: 4}
    assert not courier.given


def test_a_process_that_dies_between_routing_and_sending_leaves_a_lease_that_runs_out(
    house: House, route: Route, courier: HouseCourier
) -> None:
    class Killed(BaseException):
        """The process is gone."""

    def die(_mail: Mail) -> SmtpReply:
        raise Killed

    living, house.mailer.answer = house.mailer.answer, die
    house.write()
    with pytest.raises(Killed):
        route.run()
    house.mailer.answer = living

    assert [item.state for item in house.inbox("ann").items] == [DeliveryState.UNREAD]
    assert house.notify.run().sent == 0
    house.clock.by += timedelta(seconds=181)
    assert house.notify.run().sent == 2
    assert {mail.notification for mail in house.mailer.sent} == {
        notification.id for notification in courier.given[0].notifications
    }


def test_a_service_that_begins_alone_need_not_wait_for_leases_of_one_that_is_gone(house: House, route: Route) -> None:
    house.write()
    route.run()
    house.write(house.draft("key-2"))
    house.route.run()
    with house.database.begin() as work:
        work.notifications.lease(house.route.ids.new(), 180, 10)
        work.commit()

    house.notify.end_leases()

    assert house.notify.run().sent == 2


def test_nothing_is_lent_for_staff_without_an_address(house: House, route: Route, courier: HouseCourier) -> None:
    house.bring([a_staff("ann", email=None), a_staff("ben", email=None)])
    house.write()

    route.run()

    assert states(house) == {NotificationState.SUPPRESSED: 2}
    assert not courier.given


def test_a_refused_email_is_parked_and_undoes_no_delivery(house: House, route: Route) -> None:
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "5.1.1 unknown")
    house.write()

    route.run()

    assert states(house) == {NotificationState.PARKED: 2}
    assert len(house.inbox("ben").items) == 1


def test_of_many_recipients_each_gets_what_is_theirs(house: House, route: Route, courier: HouseCourier) -> None:
    many = [f"nurse-{n}" for n in range(9)]
    house.bring([a_staff(one) for one in many] + [a_staff("mute", email=None)])
    house.save(settings({Topic.BILLING: [*many, "mute", "ann"]}))
    house.send_away("ann", "ben")
    courier.most = 15

    # So many share a resolution that the server takes it apart.
    receipts = house.write_many(4)
    route.run()

    for receipt in receipts:
        trace, _ = house.traces.trace(PRACTICE, receipt.id, COMMAND)
        represented = {delivery.recipient.staff: delivery.recipient.represents for delivery in trace.deliveries}
        assert represented == dict.fromkeys((*many, "mute")) | {"ben": "ann"}
        (stored,) = trace.resolutions
        assert {recipient.staff for recipient in stored.resolution.recipients} == set(represented)
        (mute,) = [delivery for delivery in trace.deliveries if delivery.recipient.staff == "mute"]
        assert [(notification.state, notification.reason) for notification in mute.notifications] == [
            ("suppressed", "no_address")
        ]
        assert all(
            [notification.id for notification in entry.notifications] == [entry.id] for entry in trace.deliveries
        )
    assert states(house) == {NotificationState.SENT: 15, NotificationState.DUE: 25, NotificationState.SUPPRESSED: 4}
    assert house.breaches() == {}
