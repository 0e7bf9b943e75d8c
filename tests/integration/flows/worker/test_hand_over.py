"""Absence: what would be seen by nobody goes to the cover as it begins."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.documents.staff import parse_absence_json
from router.actors import COMMAND
from router.errors import Conflict
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState
from router.practice.availability import Absence
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House
from tests.integration.flows.worker.deliveries import TO_ANN, deliver


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
