"""Whoever is done with a message that a colleague owns and has open is so for themselves alone."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, update

from adapters.database.tables import delivery, ladder_run, message
from router.actors import COMMAND
from router.flows.staff.bulk import BulkAct, BulkRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef, InboxItem, InboxRef
from router.messages.message import ReplyDraft
from router.messages.notification import Kind
from router.messages.priority import Priority
from router.messages.states import DeliveryState, Outcome
from router.practice.topics import Topic
from tests.builders import a_patient, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, REMIND, STAFF, with_ladder, written
from tests.transitions import forging

UNREAD, READ, DONE = DeliveryState.UNREAD, DeliveryState.READ, DeliveryState.DONE
WHOLE = ForwardRequest("cem", "Yours.", whole_conversation=True)
KEEP_OPEN = ReplyRequest("I'll ask.", keep_open=True)
TO_BOTH = replace(
    with_ladder(REMIND, ALERT, answer_within=60, patients_may_say_urgent=True),
    practice=topic_set({Topic.BILLING: ["ann", "ben"]}),
)


@pytest.fixture
def house(engine: Engine) -> House:
    """Ann and ben get bills; cem gets what somebody forwards to him."""
    return House(engine).furnish(TO_BOTH, staff=STAFF, patients=(a_patient("sam"),))


def item(house: House, staff: str) -> InboxItem:
    return next(one for view in (InboxView.OPEN, InboxView.DONE) for one in house.inbox(staff, view).items)


def refer(house: House, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, item(house, staff).delivery, staff, COMMAND)


def stands(house: House, *staff: str) -> list[tuple[DeliveryState, str | None]]:
    return [(one.state, one.handled_by) for one in (item(house, who) for who in staff)]


def forwarded(house: House) -> UUID:
    """Ann has given it to cem, and is done with it."""
    sent = written(house)
    anns = refer(house, "ann")
    house.forward.forward(anns, WHOLE)
    assert house.read_inbox.mark(anns, DONE).left_to == "cem"
    return sent


def claimed(house: House, **values: object) -> UUID:
    """Ben has claimed it; ann, who never looked at it, tidies up."""
    sent = written(house, **values)
    house.replies.claim(refer(house, "ben"))
    house.read_inbox.mark(refer(house, "ann"), DONE)
    return sent


def climb(house: House) -> None:
    for _ in range(5):
        house.clock.by += timedelta(minutes=61)
        house.escalate.run()


def overdue(house: House) -> list[tuple[UUID, bool]]:
    found = house.overdue.list(PRACTICE, COMMAND).items
    assert house.overdue.count(PRACTICE) == len(found)
    return [(one.message, one.alerted_at is not None) for one in found]


def is_in_order(house: House) -> bool:
    house.notify.run()
    return house.breaches() == {}


def runs(house: House) -> list[str | None]:
    with house.engine.connect() as connection:
        return list(connection.execute(select(ladder_run.c.ended_by).order_by(ladder_run.c.number)).scalars())


def noted(house: House) -> tuple[bool, bool]:
    """Whether the message counts as done, and whether it may stand first."""
    with house.engine.connect() as connection:
        (row,) = connection.execute(select(message.c.done_at, message.c.urgent_since))
    return row.done_at is not None, row.urgent_since is not None


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
