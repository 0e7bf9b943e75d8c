"""Leaving: what a leaver has not done goes to somebody who is there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from adapters.database.tables import notification
from router.actors import COMMAND
from router.errors import Conflict
from router.flows.administrator.roster_import import RosterImport
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.notification import SendOutcome, SmtpReply
from router.messages.states import DeliveryState
from router.practice.roster import Mode
from router.practice.topics import Topic
from tests.builders import a_document, a_patient, a_staff, settings
from tests.house import PRACTICE, House
from tests.integration.flows.worker.deliveries import deliver


@pytest.mark.parametrize("way", ["change", "import", "replace"])
def test_what_a_leaver_has_not_done_returns_to_the_cascade_in_the_same_transaction(house: House, way) -> None:
    receipt = deliver(house)

    if way == "change":
        house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND)
    elif way == "import":
        house.bring([a_staff("ann", active=False)])
    else:
        kept = a_document(
            [a_staff("ada", admin=True), a_staff("ben")], [a_patient("pat", team=["ben"]), a_patient("sam")]
        )
        house.roster.bring_up_to_date(
            PRACTICE, RosterImport(document=kept, mode=Mode.REPLACE, allow_deactivate=True), COMMAND
        )

    assert [item.message for item in house.inbox("ada").items] == [receipt.id]
    trace, _ = house.traces.trace(PRACTICE, receipt.id, COMMAND)
    assert [stored.number for stored in trace.resolutions] == [1, 2]
    states = {delivery.recipient.staff: delivery.state for delivery in trace.deliveries}
    assert states == {"ann": DeliveryState.MOVED, "ada": DeliveryState.UNREAD}
    house.notify.run()
    assert house.breaches() == {}


def test_what_is_done_stays_with_the_leaver_and_what_a_sibling_has_is_not_given_twice(house: House) -> None:
    receipt = deliver(house, settings({Topic.BILLING: ["ann", "ben"]}))
    bens = house.inbox("ben").items[0]
    house.read_inbox.mark(DeliveryRef(PRACTICE, bens.delivery, "ben", COMMAND), DeliveryState.READ)

    house.bring([a_staff("ann", active=False)])

    assert house.recipients(receipt.id) == ["ann", "ben"]
    assert house.inbox("ben").items[0].state is DeliveryState.READ


def test_where_the_cascade_finds_nobody_the_delivery_stays_listed_until_somebody_is_active_again(house: House) -> None:
    receipt = deliver(house)

    house.bring([a_staff(one, active=False) for one in ("ann", "ben")] + [a_staff("ada", admin=True, active=False)])

    stuck = house.operations.parked(PRACTICE, None, 9)
    assert [(one.kind, one.reason) for one in stuck] == [("delivery", "no_active_staff")]
    house.bring([a_staff("ada", admin=True)])
    assert house.operations.parked(PRACTICE, None, 9) == []
    assert [item.message for item in house.inbox("ada").items] == [receipt.id]


@pytest.mark.parametrize("older", [False, True], ids=["with the id of its delivery", "with an id of its own"])
def test_a_leavers_delivery_and_its_refused_email_are_listed_one_after_the_other(house: House, *, older: bool) -> None:
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "no such user")
    deliver(house)
    if older:
        with house.engine.begin() as connection:
            connection.execute(update(notification).values(id=uuid4()))
    house.notify.run()
    (email,) = house.operations.parked(None, None, 9)
    assert (email.kind, email.answer) == ("notification", "no such user")

    house.bring([a_staff(one, active=False) for one in ("ann", "ben")] + [a_staff("ada", admin=True, active=False)])

    (stuck,) = house.operations.parked(None, None, 9)
    assert (stuck.kind, stuck.answer) == ("delivery", None)
    assert house.operations.parked_item(None, stuck.id) == stuck
    assert house.operations.status().parked == (("delivery", "no_active_staff", 1),)
    with pytest.raises(Conflict, match="will be routed automatically"):
        house.operations.requeue(None, stuck.id, COMMAND)

    house.bring([a_staff("ada", admin=True)])

    assert house.operations.parked(None, None, 9) == [email]
    house.operations.requeue(None, email.id, COMMAND)
    house.notify.run()
    assert house.operations.whereabouts(PRACTICE, email.id) == ("notification", "suppressed", "inactive")


def test_a_nurse_goes_on_leave_and_then_for_good_and_all_of_that_week_is_read_by_somebody(house: House) -> None:
    """The week of a nurse: away at noon, deactivated a week later, while patients keep replying."""
    first = deliver(house)
    house.replies.claim(DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND))
    house.send_away("ann", "ben", hours=24 * 14)
    written = [first]
    for day in range(1, 8):
        written += house.write(ReplyDraft(f"day-{day}", "sam", first.conversation, f"Day {day}."))
        house.route.run()
        house.absences.run()
        house.clock.by += timedelta(days=1)
    house.bring([a_staff("ann", active=False)])
    written += house.write(ReplyDraft("after", "sam", first.conversation, "Still there?"))
    house.route.run()

    seen = {item.message for staff in ("ada", "ben") for item in house.inbox(staff).items}
    assert seen == {receipt.id for receipt in written}
    for receipt in written:
        assert receipt.to == "Billing Office"
        trace, _ = house.traces.trace(PRACTICE, receipt.id, COMMAND)
        assert trace.resolutions
    during, _ = house.traces.trace(PRACTICE, written[3].id, COMMAND)
    assert during.deliveries[0].recipient.represents == "ann"
    house.notify.run()
    assert house.breaches() == {}
