"""Absence and leaving: what would be seen by nobody goes to somebody who is there."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from adapters.database.tables import notification
from adapters.documents.staff import parse_absence_json
from router.actors import COMMAND
from router.errors import Conflict
from router.flows.administrator.roster_import import RosterImport
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.notification import SendOutcome, SmtpReply
from router.messages.states import DeliveryState
from router.messaging.settings import MessagingSettings
from router.practice.availability import Absence
from router.practice.roster import Mode
from router.practice.topics import Topic
from tests.builders import a_document, a_patient, a_staff, settings
from tests.house import PRACTICE, House

TO_ANN = settings({Topic.BILLING: ["ann"]})


def deliver(house: House, messaging: MessagingSettings = TO_ANN) -> Receipt:
    receipt = house.furnish(messaging).write()[0]
    house.route.run()
    return receipt


def test_when_an_absence_begins_what_is_unread_moves_to_the_cover_and_stays_readable(house: House) -> None:
    receipt = deliver(house)
    read = house.write(house.draft("read"))[0]
    house.route.run()
    anns = {item.message: item.delivery for item in house.inbox("ann").items}
    house.read_inbox.mark(DeliveryRef(PRACTICE, anns[read.id], "ann", COMMAND), DeliveryState.READ)

    house.send_away("ann", "ben")
    assert house.absences.run() == 1
    assert house.absences.run() == 0

    moved = house.inbox("ben").items[0]
    assert moved.message == receipt.id
    assert [item.message for item in house.inbox("ann").items] == [read.id]
    kept, _ = house.read_inbox.delivery(DeliveryRef(PRACTICE, anns[receipt.id], "ann", COMMAND))
    assert kept.state is DeliveryState.MOVED
    with pytest.raises(Conflict):
        house.read_inbox.mark(DeliveryRef(PRACTICE, anns[receipt.id], "ann", COMMAND), DeliveryState.DONE)
    with pytest.raises(Conflict):
        house.replies.reply(DeliveryRef(PRACTICE, anns[receipt.id], "ann", COMMAND), ReplyRequest("Too late."))
    house.notify.run()
    assert house.breaches() == {}


def test_whoever_was_away_sees_who_handled_what_moved(house: House) -> None:
    receipt = deliver(house)
    house.send_away("ann", "ben")
    house.absences.run()

    house.replies.reply(
        DeliveryRef(PRACTICE, house.inbox("ben").items[0].delivery, "ben", COMMAND), ReplyRequest("Done.")
    )
    house.roster.end_absence(PRACTICE, "ann", COMMAND)

    assert house.inbox("ann").items == ()
    (moved,) = house.inbox("ann", InboxView.DONE).items
    assert (moved.message, moved.state, moved.handled_by) == (receipt.id, DeliveryState.MOVED, "ben")


@pytest.mark.parametrize("hours", [-0.5, 0.5, 2.5, 3.5])
def test_an_absence_over_the_end_of_daylight_saving_lasts_as_long_as_it_was_meant_to(house: House, hours) -> None:
    """From midnight to two o'clock on the night on which one hour comes twice: three hours."""
    house.furnish(TO_ANN)
    begins = datetime(2027, 11, 7, 0, 0, tzinfo=ZoneInfo("America/Chicago"))
    document = {"from": begins.isoformat(), "until": begins.replace(hour=2).isoformat(), "cover": "ben"}
    house.roster.set_absence(PRACTICE, parse_absence_json(json.dumps(document).encode(), "ann"), COMMAND)
    house.clock.by = begins.astimezone(UTC) - house.operations.ready() + timedelta(hours=hours)

    receipt = house.write()[0]
    house.route.run()

    assert house.recipients(receipt.id) == (["ben"] if 0 < hours < 3 else ["ann"])


def test_an_absence_that_begins_later_moves_nothing_before_and_one_that_ended_early_moves_nothing_after(
    house: House,
) -> None:
    deliver(house)
    now = house.operations.ready()
    later = Absence("ann", now + timedelta(hours=1), now + timedelta(hours=9), "ben")
    house.roster.set_absence(PRACTICE, later, COMMAND)

    assert house.absences.run() == 0
    house.roster.end_absence(PRACTICE, "ann", COMMAND)
    house.clock.by += timedelta(hours=2)
    assert house.absences.run() == 0


def test_a_cover_who_is_away_too_passes_it_on_and_without_anybody_it_stays(house: House) -> None:
    deliver(house)
    house.send_away("ann", "ben")
    house.send_away("ben", None)

    assert house.absences.run() == 0
    assert len(house.inbox("ann").items) == 1

    house.send_away("ben", "ada")
    assert house.absences.run() == 1
    assert len(house.inbox("ada").items) == 1


def test_an_absence_that_starts_in_the_middle_of_a_batch_is_seen_by_the_next(house: House) -> None:
    house.furnish(TO_ANN).write_many(4)
    object.__setattr__(house.route, "batch", 2)
    house.route.run()
    house.send_away("ann", "ben")

    house.route.run()
    house.absences.run()

    assert (len(house.inbox("ann").items), len(house.inbox("ben").items)) == (0, 4)
    assert house.breaches() == {}


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
    assert house.inbox("ann").items == ()
    trace, _ = house.traces.trace(PRACTICE, receipt.id, COMMAND)
    assert [stored.number for stored in trace.resolutions] == [1, 2]
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


def owned(house: House, key: str = "key-1") -> DeliveryRef:
    """A message that ann has read and owns."""
    message = house.write(house.draft(key))[0].id
    house.route.run()
    (delivery,) = (item.delivery for item in house.inbox("ann").items if item.message == message)
    ref = DeliveryRef(PRACTICE, delivery, "ann", COMMAND)
    house.replies.claim(ref)
    house.read_inbox.mark(ref, DeliveryState.READ)
    return ref


def test_what_is_read_owned_and_unanswered_moves_once_as_the_absence_begins(house: House) -> None:
    house.furnish(TO_ANN)
    waiting, answered, kept = owned(house, "waiting"), owned(house, "answered"), owned(house, "kept")
    house.replies.reply(answered, ReplyRequest("Done."))
    house.read_inbox.mark(answered, DeliveryState.UNREAD)
    house.read_inbox.mark(answered, DeliveryState.READ)
    house.replies.reply(kept, ReplyRequest("I'll ask.", keep_open=True))

    house.send_away("ann", "ben")
    assert house.absences.run() == 2

    moved = {item.message for item in house.inbox("ben").items}
    assert moved == {house.read_inbox.delivery(ref)[0].message for ref in (waiting, kept)}
    later = owned_while_away(house)
    assert house.absences.run() == 0
    assert later in [item.delivery for item in house.inbox("ann").items]
    house.notify.run()
    assert house.breaches() == {}


def owned_while_away(house: House) -> UUID:
    """Something that ann takes during her absence stays with her."""
    house.write(house.draft("later"))
    house.route.run()
    item = house.inbox("ben").items[0]
    house.forward.forward(
        DeliveryRef(PRACTICE, item.delivery, "ben", COMMAND), ForwardRequest("ann", "", whole_conversation=False)
    )
    (mine,) = (one for one in house.inbox("ann").items if one.message == item.message)
    ref = DeliveryRef(PRACTICE, mine.delivery, "ann", COMMAND)
    house.replies.claim(ref)
    house.read_inbox.mark(ref, DeliveryState.READ)
    return mine.delivery


def test_the_next_absence_moves_what_is_owned_again(house: House) -> None:
    house.furnish(TO_ANN)
    house.send_away("ann", "ben", hours=1)
    house.absences.run()
    house.clock.by += timedelta(hours=2)
    owned(house)
    assert house.absences.run() == 0

    house.send_away("ann", "ben")
    assert house.absences.run() == 1


def test_a_message_that_comes_back_is_told_of(house: House) -> None:
    receipt = deliver(house)
    house.notify.run()
    house.send_away("ann", "ben")
    house.absences.run()
    house.notify.run()
    house.mailer.sent.clear()
    house.roster.end_absence(PRACTICE, "ann", COMMAND)

    house.send_away("ben", "ann")
    house.absences.run()
    house.notify.run()

    assert [item.message for item in house.inbox("ann").items] == [receipt.id]
    assert [(mail.kind.value, mail.recipient) for mail in house.mailer.sent] == [
        ("staff_returned", "ann@clinic.example")
    ]
    assert house.breaches() == {}


def test_what_is_owned_moves_batch_by_batch(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.furnish(TO_ANN)
    for number in range(3):
        owned(house, f"key-{number}")
    monkeypatch.setattr("router.flows.worker.hand_over.BATCH", 2)

    house.send_away("ann", "ben")

    assert [house.absences.run() for _ in range(3)] == [2, 1, 0]
    assert len(house.inbox("ben").items) == 3


def test_what_finds_no_cover_keeps_nothing_else_waiting(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"], Topic.OTHER: ["ben"]}))
    stuck, last = house.write_many(4), house.write(house.draft("last", topic=Topic.OTHER))[0]
    house.route.run()
    monkeypatch.setattr("router.flows.worker.hand_over.BATCH", 2)
    house.send_away("ann", "ben")
    house.send_away("ben", "ada")
    house.roster.change_staff(PRACTICE, "ada", {"active": False}, COMMAND)
    assert house.absences.run() == 0
    house.bring([a_staff("ada", admin=True), a_staff("cem")])
    house.send_away("ada", None)

    now = house.operations.ready()
    house.roster.set_absence(PRACTICE, Absence("ben", now, now + timedelta(hours=8), "cem"), COMMAND)
    house.roster.set_absence(PRACTICE, Absence("ann", now, now + timedelta(hours=8), "ada"), COMMAND)
    assert house.absences.run() == 1

    assert [item.message for item in house.inbox("cem").items] == [last.id]
    assert len(house.inbox("ann").items) == len(stuck)
    house.roster.end_absence(PRACTICE, "ada", COMMAND)
    assert house.absences.run() + house.absences.run() == len(stuck)


def test_everybody_who_is_away_has_a_batch_at_each_turn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"], Topic.OTHER: ["ben"]}))
    house.write_many(3)
    for number in range(3):
        house.write(house.draft(f"other-{number}", topic=Topic.OTHER))
    house.route.run()
    monkeypatch.setattr("router.flows.worker.hand_over.BATCH", 2)

    house.send_away("ann", "ada")
    house.send_away("ben", "ada")

    assert [house.absences.run() for _ in range(3)] == [4, 2, 0]
    assert len(house.inbox("ada").items) == 6
