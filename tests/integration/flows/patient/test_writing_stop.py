"""A patient whom the practice has stopped from writing goes on reading."""

import pytest

from router.actors import COMMAND
from router.audit import Action
from router.errors import NotFound, Refusal
from router.messages.acceptance import Receipt
from router.messages.compose import FormRefused, Reason
from router.messages.conversation import PatientRef
from router.messages.message import ReplyDraft
from router.practice.topics import Topic
from router.practice.writing_stop import WritingChange
from tests.builders import a_patient
from tests.house import PRACTICE, House
from tests.integration.flows.administrator.audit import audit_of

STOP = WritingChange(may_write=False, reason="Canary", words="Please call.")
SAM = PatientRef(PRACTICE, "sam", None, COMMAND)


def test_nothing_is_written_and_all_is_read(house: House) -> None:
    house.furnish()
    (sent,) = house.write()
    house.patients.change_writing(PRACTICE, "sam", STOP, COMMAND)

    refused, other, replied = house.try_to_write(
        house.draft("key-2"),
        house.draft("key-3", patient="pat", to="ann"),
        ReplyDraft("key-4", "sam", sent.conversation, "More"),
    )
    (again,) = house.try_to_write()

    assert isinstance(refused, FormRefused)
    assert (refused.form.reason, refused.form.words) == (Reason.STOPPED, "Please call.")
    assert isinstance(other, Receipt)
    assert isinstance(replied, Refusal)
    assert isinstance(again, Receipt)
    (thread,) = house.conversations.history(SAM, sent_topic(house), None, 9).threads
    assert len(thread.entries) == 1


def sent_topic(house: House) -> Topic:
    return house.draft().topic


def test_a_roster_leaves_the_stop_as_it_is_until_it_is_taken_back(house: House) -> None:
    house.furnish()
    house.patients.change_writing(PRACTICE, "sam", STOP, COMMAND)

    house.bring((), (a_patient("sam", name="Sam Renamed"),))

    (refused,) = house.try_to_write()
    assert isinstance(refused, FormRefused)
    house.patients.change_writing(PRACTICE, "sam", WritingChange(may_write=True), COMMAND)
    house.write()
    rows = audit_of(house, Action.WRITING_STOPPED) + audit_of(house, Action.WRITING_ALLOWED)
    assert [row.subject for row in rows] == ["sam", "sam"]
    assert "Canary" not in str(rows)


def test_what_changes_nothing_is_not_on_record(house: House) -> None:
    house.furnish()

    chart = house.patients.change_writing(PRACTICE, "sam", WritingChange(may_write=True), COMMAND)

    assert chart.stop is None
    assert audit_of(house, Action.WRITING_ALLOWED) == []


def test_an_unknown_patient_is_not_found(house: House) -> None:
    house.furnish()

    with pytest.raises(NotFound):
        house.patients.change_writing(PRACTICE, "ghost", STOP, COMMAND)
