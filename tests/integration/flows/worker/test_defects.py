"""What should never happen: one member's defect harms no other, and nothing is told that isn't so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import pytest
from sqlalchemy import update

from adapters.database.tables import conversation
from router.access.sessions import Holder, Session
from router.actors import COMMAND
from router.errors import Conflict, Defective, NotFound, UnavailableError
from router.flows.access.sessions import _whose
from router.flows.staff.own_delivery import staffing_of
from router.messages.acceptance import Receipt
from router.messages.states import ParkedReason
from router.ports.event_log import NoEventLog
from router.text import problem_with
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House


def test_a_defect_of_one_message_hides_no_receipt_of_the_others(house: House, monkeypatch) -> None:
    house.furnish()
    monkeypatch.setattr("router.messages.message.problem_with", _broken_for("bad"))

    good, bad = house.try_to_write(house.draft("good"), house.draft("bad"))

    assert isinstance(good, Receipt)
    assert isinstance(bad, Defective)
    assert house.states([good]) == ["accepted"]


def test_a_lost_database_is_told_to_all_of_a_group_that_is_redone(house: House, monkeypatch) -> None:
    house.furnish()
    # First a defect of the group, then, as they are redone one by one, the database is gone.
    errors = iter([ZeroDivisionError(), UnavailableError("gone")])
    monkeypatch.setattr("router.messages.message.problem_with", lambda *_, **__: _raise(next(errors)))

    with pytest.raises(UnavailableError):
        house.try_to_write(house.draft("good"), house.draft("bad"))


def test_a_lost_database_is_told_to_one_that_is_tried_again(house: House, monkeypatch) -> None:
    house.furnish()
    errors = iter([ZeroDivisionError(), UnavailableError("gone")])
    monkeypatch.setattr("router.messages.message.problem_with", lambda *_, **__: _raise(next(errors)))

    with pytest.raises(UnavailableError):
        house.try_to_write(house.draft())

    assert house.failures == []


def test_a_message_that_always_fails_is_parked_at_the_third_try_and_the_log_has_it(house: House) -> None:
    bad = house.furnish().write()[0]
    with house.engine.begin() as connection:
        connection.execute(update(conversation).where(conversation.c.id == bad.conversation).values(topic="nonsense"))
    log = RecordingEventLog()

    for _ in range(3):
        replace(house.route, event_log=log).run()
        house.clock.by += timedelta(seconds=3)

    assert log.parked_messages == [(PRACTICE, bad.id, ParkedReason.ROUTING_FAILED)]
    assert [item.reason for item in house.operations.parked(PRACTICE, None, 9)] == ["routing_failed"]


class RecordingEventLog(NoEventLog):
    """Keeps which messages were parked."""

    def __init__(self) -> None:
        self.parked_messages: list[tuple[str, UUID, ParkedReason]] = []

    def parked(self, practice: str, message: UUID, reason: ParkedReason) -> None:
        self.parked_messages.append((practice, message, reason))


def test_routing_without_a_database_says_so(house: House, monkeypatch) -> None:
    house.furnish()
    monkeypatch.setattr(type(house.database), "begin", _unavailable)

    with pytest.raises(UnavailableError):
        house.route.run()


def test_a_database_that_goes_while_a_batch_is_redone_charges_no_message(house: House, monkeypatch) -> None:
    receipts = house.furnish().write_many(3)
    with monkeypatch.context() as patched:
        # First a defect somewhere in the batch, then, as its messages are redone one by one, the database is gone.
        errors = iter([ZeroDivisionError(), UnavailableError("gone")])
        patched.setattr("router.flows.worker.route.resolve", lambda *_: _raise(next(errors)))
        with pytest.raises(UnavailableError):
            house.route.run()

    assert house.route.run().routed == 3
    assert house.states(receipts) == ["delivered"] * 3
    assert [what for what, _, _ in house.failures] == ["a batch"]


def test_a_parked_delivery_moves_by_itself_and_is_not_requeued(house: House) -> None:
    house.furnish(settings(catch_all=("ann",))).write()
    house.route.run()
    house.bring([a_staff("ann", active=False), a_staff("ada", admin=True, active=False)])
    (parked,) = house.operations.parked(PRACTICE, None, 9)

    with pytest.raises(Conflict):
        house.operations.requeue(PRACTICE, parked.id, COMMAND)


def test_a_practice_that_is_not_there_has_no_staff(house: House) -> None:
    with house.database.look() as work, pytest.raises(NotFound):
        staffing_of(work, "nowhere")


def test_a_session_of_a_practice_that_is_not_there_is_nobodys(house: House) -> None:
    with house.database.look() as work:
        session = Session("digest", Holder(practice="nowhere", staff="ann"), work.now(), work.now())

        assert _whose(work, session) is None


def test_a_session_of_a_patient_who_is_not_there_is_nobodys(house: House) -> None:
    house.furnish(patients=[a_patient("left", active=False)])
    with house.database.look() as work:
        for patient in ("ghost", "left"):
            session = Session("digest", Holder(practice=PRACTICE, patient=patient), work.now(), work.now())

            assert _whose(work, session) is None


def _raise(error: Exception) -> NoReturn:
    raise error


def _broken_for(key: str) -> Callable[..., str | None]:
    def check(text: str, limit: int, *, lines: bool = False) -> str | None:
        if text == key:
            raise ZeroDivisionError
        return problem_with(text, limit, lines=lines)

    return check


def _unavailable(_database: object) -> None:
    raise UnavailableError("gone")
