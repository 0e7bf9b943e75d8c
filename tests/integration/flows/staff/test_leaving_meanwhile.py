"""What somebody takes or opens again in the very moment in which they leave doesn't stay with them."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select, text

from adapters.database.repositories.messages import MessageRepository
from adapters.database.tables import conversation, delivery, staff
from router.actors import COMMAND
from router.errors import Conflict, NotFound
from router.flows.practice import held_practice
from router.flows.staff import staying
from router.flows.staff.replies import ReplyRequest
from router.messages.drafts import StaffDraft
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import Practice
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House
from tests.processes import wait_for

Act = Callable[[House, DeliveryRef], Any]
ACTS: dict[str, Act] = {
    "unread": lambda house, ref: house.read_inbox.mark(ref, DeliveryState.UNREAD),
    "claim": lambda house, ref: house.replies.claim(ref),
    "keep open": lambda house, ref: house.replies.reply(ref, ReplyRequest("More later.", keep_open=True)),
    "undo": lambda house, ref: house.undo.undo(ref),
}
POSTGRESQL = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@pytest.fixture
def anns(house: House) -> DeliveryRef:
    """A message that ann has, and ben."""
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]})).write()
    house.route.run()
    return DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)


def leave(house: House) -> None:
    house.bring([a_staff("ann", active=False)])


def left_behind(house: House) -> list[object]:
    """What is open in the inbox of somebody who has left, or owned by them."""
    gone = (staff.c.practice == PRACTICE) & staff.c.active.is_(False)
    its = (delivery.c.staff == staff.c.id) & delivery.c.state.in_(("unread", "read"))
    with house.engine.connect() as connection:
        held = connection.execute(select(delivery.c.id).join_from(staff, delivery, its).where(gone)).scalars().all()
        owns = select(conversation.c.id).join_from(staff, conversation, conversation.c.owner == staff.c.id)
        return [*held, *connection.execute(owns.where(gone)).scalars()]


@POSTGRESQL
@pytest.mark.parametrize("act", ACTS)
def test_what_was_done_is_not_opened_again_while_its_holder_is_leaving(
    house: House, anns: DeliveryRef, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.read_inbox.mark(anns, DeliveryState.DONE)
    requeue = MessageRepository.requeue_ownerless

    def meanwhile(messages: MessageRepository, practice: str) -> int:
        """Who leaves has lost what they had; nothing is committed yet."""
        with pytest.raises(Conflict, match="being changed"):
            ACTS[act](house, anns)
        return requeue(messages, practice)

    with monkeypatch.context() as patched:
        patched.setattr(MessageRepository, "requeue_ownerless", meanwhile)
        leave(house)

    assert left_behind(house) == []


@POSTGRESQL
@pytest.mark.parametrize("act", ["claim", "keep open"])
def test_whoever_waited_for_the_conversation_while_they_left_finds_nothing_of_theirs(
    house: House, anns: DeliveryRef, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    requeue = MessageRepository.requeue_ownerless
    refused: list[type[Exception]] = []

    def begin() -> None:
        try:
            ACTS[act](house, anns)
        except (Conflict, NotFound) as error:
            refused.append(type(error))

    thread = threading.Thread(target=begin)

    def meanwhile(messages: MessageRepository, practice: str) -> int:
        thread.start()
        wait_for(lambda: is_waiting(house), "the act waits for its conversation")
        return requeue(messages, practice)

    monkeypatch.setattr(MessageRepository, "requeue_ownerless", meanwhile)
    leave(house)
    thread.join()

    assert len(refused) == 1
    assert left_behind(house) == []


def is_waiting(house: House) -> bool:
    with house.engine.connect() as connection:
        waiting = (
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        )
        return bool(connection.execute(text(waiting)).scalar_one())


@pytest.mark.parametrize("act", ACTS)
def test_whoever_has_left_opens_nothing_again(house: House, anns: DeliveryRef, act: str) -> None:
    house.read_inbox.mark(anns, DeliveryState.DONE)
    leave(house)

    with pytest.raises(NotFound):
        ACTS[act](house, anns)

    assert left_behind(house) == []


@POSTGRESQL
def test_opening_finishing_and_answering_go_on_while_the_practice_is_being_changed(
    house: House, anns: DeliveryRef
) -> None:
    with house.database.begin() as work:
        work.practices.change_roster(PRACTICE)

        house.read_inbox.mark(anns, DeliveryState.READ)
        house.read_inbox.mark(anns, DeliveryState.UNREAD)
        house.read_inbox.mark(anns, DeliveryState.DONE)
        house.replies.reply(anns, ReplyRequest("Yes."))

    assert house.inbox("ann").items == ()


@POSTGRESQL
def test_what_a_leaver_began_to_write_goes_after_their_conversations_are_held(house: House, anns: DeliveryRef) -> None:
    """Somebody who sends a reply holds its conversation, and then erases its draft."""
    house.drafts.put(anns, StaffDraft("Half a"))
    done: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        done.append(" ".join(statement.split()))

    event.listen(house.engine, "before_cursor_execute", note)
    leave(house)
    event.remove(house.engine, "before_cursor_execute", note)

    held = [
        place for place, one in enumerate(done) if one.startswith("SELECT conversation.id FROM") and "UPDATE" in one
    ]
    (erased,) = (place for place, one in enumerate(done) if one.startswith("DELETE FROM staff_draft"))
    assert held
    assert held[-1] < erased
    with house.database.look() as work:
        assert work.drafts.of(PRACTICE, anns.delivery) == {}


@pytest.mark.parametrize("act", ACTS)
def test_who_has_left_by_the_time_the_practice_is_held_keeps_nothing(
    house: House, anns: DeliveryRef, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were there when their delivery was read."""
    house.read_inbox.mark(anns, DeliveryState.DONE)

    def held(work: UnitOfWork, practice: str) -> Practice:
        work.practices.change_roster(practice)
        work.roster.write_staff(practice, [a_staff("ann", active=False)])
        return held_practice(work, practice)

    monkeypatch.setattr(staying, "held_practice", held)
    with pytest.raises(NotFound):
        ACTS[act](house, anns)
