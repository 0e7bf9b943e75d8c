"""What somebody has sent already with the key of a form."""

from dataclasses import replace

import pytest

from router.messages.acceptance import Receipt
from router.messages.message import ReplyDraft
from router.messages.priority import Priority
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import House
from tests.integration.flows.patient.test_portal import clinic as clinic  # noqa: PLC0414 - the fixture is shared.
from tests.integration.flows.patient.test_portal import come, write

MAY_SAY_URGENT = settings({Topic.BILLING: ["ben"]}, patients_may_say_urgent=True)


@pytest.fixture
def written(clinic: House) -> Receipt:
    return write(clinic, "key-1", body="Is it right?")


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"body": " Is it right?\n"}, True),
        ({"topic": Topic.MEDICAL, "to": "ann", "site": "north"}, True),
        ({"priority": Priority.URGENT}, True),
        ({"body": "Is it wrong?"}, False),
        ({"subject": "Another"}, False),
        ({"private": True}, False),
    ],
)
def test_the_same_text_is_the_same_message_whatever_the_practice_offers_now(
    clinic: House, written: Receipt, changes: dict[str, object], *, is_same: bool
) -> None:
    draft = replace(clinic.draft("key-1", patient="pat", body="Is it right?"), **changes)  # type: ignore[arg-type]

    before = clinic.read_portal.sent_before(come(clinic), draft)

    assert before is not None
    assert (before.receipt.id, before.is_same) == (written.id, is_same)


@pytest.mark.usefixtures("written")
def test_what_is_marked_as_urgent_now_is_not_the_same_where_the_practice_takes_it(clinic: House) -> None:
    clinic.save(MAY_SAY_URGENT)
    draft = clinic.draft("key-1", patient="pat", body="Is it right?", priority=Priority.URGENT)

    before = clinic.read_portal.sent_before(come(clinic), draft)

    assert before is not None
    assert not before.is_same


def test_a_reply_is_the_same_in_its_own_conversation_only(clinic: House, written: Receipt) -> None:
    other = write(clinic, "key-2")
    reply = ReplyDraft("key-3", "pat", written.conversation, "More.")
    clinic.write(reply)

    found = [
        clinic.read_portal.sent_before(come(clinic), one)
        for one in (reply, replace(reply, conversation=other.conversation))
    ]

    assert [one is not None and one.is_same for one in found] == [True, False]


@pytest.mark.usefixtures("written")
def test_nobody_learns_what_another_has_sent(clinic: House) -> None:
    draft = clinic.draft("key-1", patient="pat", body="Is it right?")

    for person in (come(clinic, user="mother"), come(clinic, "sis")):
        assert clinic.read_portal.sent_before(person, draft) is None
    assert clinic.read_portal.sent_before(come(clinic), replace(draft, idempotency_key="key-9")) is None
