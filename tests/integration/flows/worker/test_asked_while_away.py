"""A cover who gets what an absent colleague was only asked is asked in their place, and takes care of nothing."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from adapters.database.tables import delivery
from router.actors import COMMAND
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState
from tests.builders import a_patient
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, STAFF, ref, with_ladder, written

UNREAD, READ, DONE = DeliveryState.UNREAD, DeliveryState.READ, DeliveryState.DONE


@pytest.fixture
def house(engine: Engine) -> House:
    """Ann gets bills, and her message waits; ada covers for cem."""
    return House(engine).furnish(with_ladder(ALERT, answer_within=60), staff=STAFF, patients=(a_patient("sam"),))


def asked(house: House, how: str = "forward") -> UUID:
    """Ann asks cem, who is away, and it comes to ada."""
    sent = written(house)
    anns = ref(house, "ann")
    if how == "mention":
        house.notes.note(anns, NoteRequest("What do you think?", ("cem",)))
    else:
        house.forward.forward(anns, ForwardRequest("cem", "What do you think?", whole_conversation=how == "whole"))
    house.send_away("cem", "ada", hours=99)
    assert house.absences.run() == 1
    return sent


def adas(house: House) -> InboxItem:
    (item,) = [*house.inbox("ada").items, *house.inbox("ada", InboxView.DONE).items]
    return item


def done_by_ada(house: House) -> None:
    house.read_inbox.mark(DeliveryRef(PRACTICE, adas(house).delivery, "ada", COMMAND), DONE)


def waits_for_ann(house: House, sent: UUID) -> bool:
    (item,) = house.inbox("ann").items
    house.clock.by += timedelta(minutes=241)
    house.escalate.run()
    house.notify.run()
    listed = [(one.message, one.alerted_at is not None) for one in house.overdue.list(PRACTICE, COMMAND).items]
    return item.handled_by is None and listed == [(sent, True)] and not house.breaches()


@pytest.mark.parametrize("how", ["forward", "mention"])
def test_done_by_the_cover_is_for_themselves_alone(house: House, how: str) -> None:
    sent = asked(house, how)
    item = adas(house)
    assert (item.is_held, item.recipient.step, item.recipient.represents) == (False, "absence", "cem")
    house.notify.run()
    assert house.breaches() == {}

    done_by_ada(house)

    assert waits_for_ann(house, sent)


def test_the_release_before_reads_that_it_was_forwarded_because_of_an_absence(house: House) -> None:
    asked(house)
    with house.engine.connect() as connection:
        adas_row = select(delivery.c.step, delivery.c.because).where(delivery.c.staff == "ada")
        assert connection.execute(adas_row).one() == ("forward", "absence")


def test_the_cover_of_an_owner_takes_care_of_it(house: House) -> None:
    asked(house, "whole")
    assert adas(house).is_held

    done_by_ada(house)

    assert [(one.state, one.handled_by) for one in house.inbox("ann").items] == [(READ, "ada")]


def test_the_cover_of_the_cover_is_asked_as_well(house: House) -> None:
    sent = asked(house)
    house.send_away("ada", "ben", hours=99)
    house.absences.run()
    bens = ref(house, "ben")
    assert not house.inbox("ben").items[0].is_held

    house.read_inbox.mark(bens, DONE)

    assert waits_for_ann(house, sent)


def test_the_cover_who_finds_it_unread_again_is_still_only_asked(house: House) -> None:
    sent = asked(house)
    anns = ref(house, "ann")
    house.replies.claim(anns)
    assert (adas(house).state, adas(house).handled_by) == (READ, "ann")
    house.replies.release(anns)
    assert adas(house).state is UNREAD

    done_by_ada(house)

    assert waits_for_ann(house, sent)


def test_the_cover_who_has_it_too_keeps_taking_care_of_it(house: House) -> None:
    written(house)
    house.forward.forward(ref(house, "ann"), ForwardRequest("cem", "", whole_conversation=False))
    house.send_away("cem", "ann", hours=99)
    house.absences.run()

    assert house.inbox("ann").items[0].is_held


def test_the_cover_sees_the_conversation_from_that_message_on(house: House) -> None:
    first = house.write(house.draft())[0]
    house.route.run()
    house.replies.reply(ref(house, "ann"), ReplyRequest("For sam."))
    house.clock.by += timedelta(minutes=1)
    house.write(ReplyDraft("again", "sam", first.conversation, "One more thing."))
    house.route.run()
    house.forward.forward(ref(house, "ann"), ForwardRequest("cem", "?", whole_conversation=False))
    house.send_away("cem", "ada", hours=99)
    house.absences.run()

    shown = house.replies.conversation(ref(house, "ada"))

    assert [entry.body for entry in shown.entries] == ["One more thing."]
    assert shown.has_earlier
