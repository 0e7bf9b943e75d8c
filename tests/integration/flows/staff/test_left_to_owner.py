"""Whoever is done with a message that a colleague owns and has open is so for themselves alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from adapters.database.tables import delivery
from router.actors import COMMAND
from router.flows.staff.bulk import BulkAct, BulkRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import InboxRef
from router.messages.message import ReplyDraft
from router.messages.priority import Priority
from router.messages.states import Outcome
from router.practice.topics import Topic
from tests.builders import topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import written
from tests.integration.flows.staff.left_to_owner import (
    DONE,
    KEEP_OPEN,
    READ,
    TO_BOTH,
    UNREAD,
    claimed,
    climb,
    forwarded,
    is_in_order,
    item,
    noted,
    overdue,
    refer,
    runs,
    stands,
)
from tests.integration.flows.staff.left_to_owner import house as house  # noqa: PLC0414 - the fixture is shared.
from tests.transitions import forging


def test_the_new_owner_still_has_it_unread_and_gets_the_email(house: House) -> None:
    forwarded(house)

    assert stands(house, "ann", "cem", "ben") == [(DONE, "cem"), (UNREAD, None), (UNREAD, None)]
    house.notify.run()
    assert "cem@clinic.example" in {mail.recipient for mail in house.mailer.sent}
    house.replies.reply(refer(house, "cem"), replace(ReplyRequest("Paid."), seen_handling=item(house, "cem").handling))
    assert is_in_order(house)


def test_its_ladder_and_the_list_of_what_is_overdue_go_on(house: House) -> None:
    sent = forwarded(house)
    assert noted(house) == (False, False)

    house.clock.by += timedelta(minutes=61)
    assert overdue(house) == [(sent, False)]
    climb(house)
    assert overdue(house) == [(sent, True)]

    house.read_inbox.mark(refer(house, "cem"), DONE)
    assert overdue(house) == []
    house.clock.by += timedelta(days=1)
    house.escalate.run()
    assert runs(house) == ["done"]
    assert is_in_order(house)


@pytest.mark.parametrize("in_bulk", [False, True])
def test_what_a_colleague_has_claimed_stays_theirs(house: House, *, in_bulk: bool) -> None:
    sent = written(house)
    house.replies.claim(refer(house, "ben"))
    anns = refer(house, "ann")

    if in_bulk:
        bulk = BulkRequest(BulkAct.DONE, (anns.delivery,))
        assert [one.refusal for one in house.bulk.run(InboxRef(PRACTICE, "ann", COMMAND), bulk)] == [None]
    else:
        house.read_inbox.mark(anns, DONE)

    assert stands(house, "ann", "ben") == [(DONE, "ben"), (UNREAD, None)]
    climb(house)
    assert overdue(house) == [(sent, True)]
    assert is_in_order(house)


def test_what_is_urgent_may_stand_first_until_its_owner_is_done(house: House) -> None:
    claimed(house, priority=Priority.URGENT)
    assert noted(house) == (False, True)

    house.read_inbox.mark(refer(house, "ben"), DONE)

    assert noted(house) == (True, False)


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_ends_it_for_all(house: House, outcome: Outcome, *, first: bool) -> None:
    written(house)
    house.replies.claim(refer(house, "ben"))
    anns = refer(house, "ann")
    if first:
        house.read_inbox.mark(anns, DONE)

    assert house.read_inbox.mark(anns, DONE, outcome).left_to is None

    assert stands(house, "ben") == [(READ, "ann")]
    climb(house)
    assert (overdue(house), runs(house)) == ([], ["answered" if outcome is Outcome.ANSWERED_BY_PHONE else "done"])
    assert is_in_order(house)


def test_who_is_done_without_an_owner_finishes_it_for_all(house: House) -> None:
    written(house)

    assert house.read_inbox.mark(refer(house, "ann"), DONE).left_to is None

    assert stands(house, "ben") == [(READ, "ann")]
    house.replies.claim(refer(house, "ben"))
    assert house.read_inbox.mark(refer(house, "ben"), DONE).left_to is None
    assert is_in_order(house)


def test_what_has_been_answered_is_left_to_nobody(house: House) -> None:
    written(house)
    house.read_inbox.mark(refer(house, "ann"), DONE, Outcome.ANSWERED_BY_PHONE)
    house.replies.claim(refer(house, "ben"))
    house.read_inbox.mark(refer(house, "ann"), UNREAD)

    assert house.read_inbox.mark(refer(house, "ann"), DONE).left_to is None

    assert stands(house, "ann", "ben") == [(DONE, None), (READ, "ann")]


def test_an_owner_who_does_not_have_it_keeps_nothing(house: House) -> None:
    sent = house.write(house.draft())[0]
    house.route.run()
    house.save(replace(TO_BOTH, practice=topic_set({Topic.BILLING: ["cem"]})))
    house.write(ReplyDraft("again", "sam", sent.conversation, "Are you there?"))
    house.route.run()
    house.replies.claim(refer(house, "cem"))

    assert house.read_inbox.mark(refer(house, "ann"), DONE).left_to is None

    assert stands(house, "ben") == [(READ, "ann")]


@pytest.mark.parametrize("act", ["undo", "unread"])
def test_who_has_left_it_and_takes_it_back_begins_no_run(house: House, act: str) -> None:
    claimed(house)
    anns = refer(house, "ann")

    if act == "undo":
        house.undo.undo(anns)
        assert stands(house, "ann") == [(READ, "ben")]
    else:
        house.read_inbox.mark(anns, UNREAD)

    assert runs(house) == [None]
    assert is_in_order(house)


def test_a_promise_of_who_is_done_is_the_owners_to_keep(house: House) -> None:
    sent = written(house)
    house.replies.claim(refer(house, "ben"))
    anns = refer(house, "ann")
    house.replies.reply(anns, KEEP_OPEN)
    assert stands(house, "ben") == [(READ, "ann")]

    house.read_inbox.mark(anns, DONE)

    assert stands(house, "ann", "ben") == [(DONE, "ben"), (READ, None)]
    climb(house)
    assert overdue(house) == [(sent, True)]
    assert is_in_order(house)


def test_what_a_process_of_the_release_before_has_finished_stays_so(house: House) -> None:
    written(house)
    house.replies.claim(refer(house, "ben"))
    bens = {"state": "read", "handled_by": "ann"}
    with forging(house.engine) as connection:
        connection.execute(update(delivery).where(delivery.c.staff == "ann").values(state="done"))
        connection.execute(update(delivery).where(delivery.c.staff == "ben").values(**bens))

    climb(house)

    assert (overdue(house), runs(house)) == ([], ["done"])
    house.read_inbox.mark(refer(house, "ann"), UNREAD)
    assert runs(house) == ["done", None]
