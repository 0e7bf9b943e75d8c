"""What an absent owner had taken care of comes back to the others unread when their cover leaves."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, update

from adapters.database.tables import delivery
from router.actors import COMMAND
from router.flows.staff.inbox import InboxView
from router.messages.inbox import DeliveryRef
from router.messages.notification import Kind
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import STAFF

UNREAD, READ, DONE = DeliveryState.UNREAD, DeliveryState.READ, DeliveryState.DONE


@pytest.fixture
def house(engine: Engine) -> House:
    """Cem has claimed and read what ann and ben got as well; he is away, and ada covers for him."""
    bills = settings({Topic.BILLING: ["ann", "ben", "cem"]})
    house = House(engine).furnish(bills, staff=STAFF, patients=(a_patient("sam"),))
    take_and_go_away(house)
    return house


def take_and_go_away(house: House) -> None:
    house.write()
    house.route.run()
    cems = DeliveryRef(PRACTICE, house.inbox("cem").items[0].delivery, "cem", COMMAND)
    house.replies.claim(cems)
    house.read_inbox.mark(cems, READ)
    house.send_away("cem", "ada", hours=99)
    house.absences.run()
    house.notify.run()
    house.mailer.sent.clear()


def stands(house: House, staff: str) -> tuple[DeliveryState, str | None]:
    (item,) = [*house.inbox(staff).items, *house.inbox(staff, InboxView.DONE).items]
    return item.state, item.handled_by


def comes_back(house: House) -> bool:
    house.notify.run()
    told = {(mail.kind, mail.recipient) for mail in house.mailer.sent}
    is_told = {(Kind.STAFF_RETURNED, f"{one}@clinic.example") for one in ("ann", "ben")} <= told
    return is_told and [stands(house, one) for one in ("ann", "ben")] == [(UNREAD, None)] * 2 and not house.breaches()


def test_the_cover_takes_care_of_it_for_the_others(house: House) -> None:
    assert [stands(house, one) for one in ("ann", "ben", "ada")] == [(READ, "ada"), (READ, "ada"), (UNREAD, None)]
    assert house.inbox("ann").items[0].owner == "cem"
    assert stands(house, "cem") == (DeliveryState.MOVED, None)


def test_it_is_unread_again_when_the_cover_leaves(house: House) -> None:
    house.roster.change_staff(PRACTICE, "ada", {"active": False}, COMMAND)

    assert comes_back(house)


def test_it_is_when_both_leave_at_once(house: House) -> None:
    house.bring([replace(one, active=one.id not in {"ada", "cem"}) for one in STAFF])

    assert comes_back(house)


def test_it_is_when_the_absence_began_under_the_release_before(house: House) -> None:
    with house.engine.begin() as connection:
        connection.execute(update(delivery).where(delivery.c.handled_by == "ada").values(handled_by="cem"))

    house.roster.change_staff(PRACTICE, "ada", {"active": False}, COMMAND)

    assert comes_back(house)


def test_it_is_when_a_cover_who_got_it_too_leaves(engine: Engine) -> None:
    everybody = settings({Topic.BILLING: ["ann", "ben", "cem", "ada"]})
    house = House(engine).furnish(everybody, staff=STAFF, patients=(a_patient("sam"),))
    take_and_go_away(house)
    assert stands(house, "ada") == (UNREAD, None)

    house.roster.change_staff(PRACTICE, "ada", {"active": False}, COMMAND)

    assert comes_back(house)


def test_what_the_cover_has_finished_comes_back_to_nobody(house: House) -> None:
    adas = DeliveryRef(PRACTICE, house.inbox("ada").items[0].delivery, "ada", COMMAND)
    house.read_inbox.mark(adas, DONE)

    house.roster.change_staff(PRACTICE, "ada", {"active": False}, COMMAND)

    assert [stands(house, one) for one in ("ann", "ben")] == [(READ, "ada"), (READ, "ada")]
