"""What was left to its owner comes back to those who were done with it, when its owner gives it up."""

from datetime import timedelta

from router.actors import COMMAND
from router.messages.notification import Kind
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import written
from tests.integration.flows.staff.left_to_owner import (
    DONE,
    READ,
    UNREAD,
    WHOLE,
    claimed,
    climb,
    forwarded,
    is_in_order,
    overdue,
    refer,
    runs,
    stands,
)
from tests.integration.flows.staff.left_to_owner import house as house  # noqa: PLC0414 - the fixture is shared.


def comes_back(house: House, *staff: str) -> bool:
    """Whether it is unread again for these people, nobody handles it, and they are told."""
    unread = stands(house, *staff) == [(UNREAD, None)] * len(staff)
    told = len(house.mailer.sent)
    house.notify.run()
    emails = {(mail.kind, mail.recipient) for mail in house.mailer.sent[told:]}
    is_told = emails >= {(Kind.STAFF_RETURNED, f"{one}@clinic.example") for one in staff}
    climb(house)
    return unread and is_told and len(overdue(house)) == 1 and is_in_order(house)


def test_a_release_gives_it_back_to_who_was_done_with_it(house: House) -> None:
    claimed(house)

    house.replies.release(refer(house, "ben"))

    assert stands(house, "ben") == [(UNREAD, None)]
    assert comes_back(house, "ann")


def test_so_does_one_by_somebody_who_had_it_by_a_forward(house: House) -> None:
    forwarded(house)
    house.read_inbox.mark(refer(house, "ben"), DONE)
    house.notify.run()

    assert house.replies.release(refer(house, "cem")) == ("ann", "ben")

    assert comes_back(house, "ann", "ben")


def test_a_release_is_told_to_who_gave_it_away_and_kept_it(house: House) -> None:
    written(house)
    anns = refer(house, "ann")
    house.replies.claim(anns)
    house.read_inbox.mark(anns, READ)
    house.forward.forward(anns, WHOLE)
    assert stands(house, "ann", "ben") == [(READ, "cem"), (READ, "cem")]

    house.replies.release(refer(house, "cem"))

    assert comes_back(house, "ann", "ben")


def test_what_its_owner_has_finished_comes_back_to_nobody(house: House) -> None:
    forwarded(house)
    house.read_inbox.mark(refer(house, "ben"), DONE)
    cems = refer(house, "cem")
    house.read_inbox.mark(cems, DONE)

    house.replies.release(cems)

    assert stands(house, "ann", "ben") == [(DONE, "cem"), (DONE, "cem")]
    climb(house)
    assert (overdue(house), runs(house)) == ([], ["done"])
    assert is_in_order(house)


def test_who_passes_it_on_and_is_done_leaves_it_to_the_next(house: House) -> None:
    sent = claimed(house)
    bens = refer(house, "ben")
    house.forward.forward(bens, WHOLE)

    assert house.read_inbox.mark(bens, DONE).left_to == "cem"

    assert stands(house, "ann", "ben", "cem") == [(DONE, "cem"), (DONE, "cem"), (UNREAD, None)]
    climb(house)
    assert overdue(house) == [(sent, True)]
    house.read_inbox.mark(refer(house, "cem"), DONE)
    assert overdue(house) == []


def test_a_leaver_leaves_it_to_who_was_done_with_it(house: House) -> None:
    forwarded(house)
    house.read_inbox.mark(refer(house, "ben"), DONE)

    house.roster.change_staff(PRACTICE, "cem", {"active": False}, COMMAND)

    assert comes_back(house, "ann", "ben")


def test_the_cover_of_an_absent_owner_keeps_it(house: House) -> None:
    sent = forwarded(house)
    house.send_away("cem", "ada", hours=99)
    house.absences.run()

    assert house.read_inbox.mark(refer(house, "ben"), DONE).left_to == "ada"

    assert stands(house, "ann", "ben", "ada") == [(DONE, "ada"), (DONE, "ada"), (UNREAD, None)]
    climb(house)
    assert overdue(house) == [(sent, True)]
    assert house.read_inbox.mark(refer(house, "ada"), DONE).left_to is None
    assert overdue(house) == []
    assert is_in_order(house)


def test_a_cover_who_leaves_gives_it_back(house: House) -> None:
    forwarded(house)
    house.read_inbox.mark(refer(house, "ben"), DONE)
    house.send_away("cem", "ada", hours=99)
    house.absences.run()

    house.roster.change_staff(PRACTICE, "ada", {"active": False}, COMMAND)

    assert comes_back(house, "ann", "ben")


def test_an_administrator_gives_it_back_to_who_was_done_with_it(house: House) -> None:
    sent = forwarded(house)
    house.notify.run()
    house.clock.by += timedelta(minutes=61)

    house.overdue.hand_over(PRACTICE, sent, "ann", COMMAND)

    assert comes_back(house, "ann")
