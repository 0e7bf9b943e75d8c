"""Requeueing, listing and forgetting what was kept aside, on both databases."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from adapters.broker.reading import read
from adapters.database.tables import quarantine
from router.actors import COMMAND
from router.errors import Conflict, NotFound, Refusal
from router.messages.compose import FormRefused
from router.operations.quarantine import LARGEST_BYTES
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.integration.flows.clinic import Clinic, message
from tests.samples.enqueued import CANARY, KEY


@pytest.fixture
def clinic(house: House) -> Clinic:
    return Clinic(house)


def test_requeueing_accepts_what_fits_by_now_and_keeps_no_text(clinic: Clinic) -> None:
    house = clinic.house
    clinic.take(message(topic="other"))
    item = house.quarantine.items(None, None, 9)[0]
    with pytest.raises(FormRefused):
        house.quarantine.requeue(item.id, COMMAND)
    house.save(settings())

    receipt = house.quarantine.requeue(item.id, COMMAND)

    assert house.accept.receipt_by_key(PRACTICE, "key-1").id == receipt.id
    assert house.quarantine.items(None, None, 9) == []
    done = house.quarantine.items(PRACTICE, None, 9, done=True)[0]
    assert (done.message, done.done_at is not None, clinic.bodies()) == (receipt.id, True, [None])
    with pytest.raises(Conflict, match="already been accepted"):
        house.quarantine.requeue(item.id, COMMAND)
    acts = [(entry.action, entry.subject) for entry in house.operations.audit(PRACTICE, None, 9)]
    assert ("quarantine.requeued", str(item.id)) in acts
    assert ("quarantine.refused_again", str(item.id)) in acts
    assert house.breaches() == {}


@pytest.mark.parametrize(
    ("fields", "kind", "reason"),
    [
        ({"key": KEY}, Conflict, "unauthenticated"),
        ({"patient": "ghost"}, NotFound, "not-found"),
        ({"subject": 7}, Refusal, "invalid"),
    ],
)
def test_requeueing_what_can_not_be_accepted_says_why(clinic: Clinic, fields, kind, reason) -> None:
    clinic.take(message() | fields)
    item = clinic.house.quarantine.items(None, None, 9)[0]

    with pytest.raises(kind) as refused:
        clinic.house.quarantine.requeue(item.id, COMMAND)

    assert CANARY not in str(refused.value)
    assert clinic.house.quarantine.item(item.id).reason == reason


def test_what_could_not_even_be_read_can_not_be_requeued(clinic: Clinic) -> None:
    clinic.house.take_in.take([read(b"no message")])
    item = clinic.house.quarantine.items(None, None, 9)[0]

    with pytest.raises(Conflict):
        clinic.house.quarantine.requeue(item.id, COMMAND)
    with pytest.raises(NotFound):
        clinic.house.quarantine.requeue(uuid4(), COMMAND)


def test_what_is_kept_without_its_content_is_not_said_to_have_been_accepted(clinic: Clinic) -> None:
    clinic.take(message(topic="other"))
    item = clinic.house.quarantine.items(None, None, 9)[0]
    with clinic.house.engine.begin() as connection:
        connection.execute(update(quarantine).values(body=None))

    with pytest.raises(Conflict, match="no longer stored"):
        clinic.house.quarantine.requeue(item.id, COMMAND)

    assert clinic.house.quarantine.item(item.id).done_at is None


def test_pages_of_one_practice_and_of_all(clinic: Clinic) -> None:
    clinic.take(*(message(topic="other", idempotency_key=str(number)) for number in range(3)), message(key=KEY))

    first = clinic.house.quarantine.items(None, None, 2)
    rest = clinic.house.quarantine.items(None, first[-1].id, 9)

    assert (len(first), len(rest)) == (2, 2)
    assert len(clinic.house.quarantine.items(PRACTICE, None, 9)) == 3
    assert clinic.house.quarantine.items("elsewhere", None, 9) == []
    assert clinic.house.operations.status(PRACTICE).quarantined == (("form-refused", 3),)
    assert clinic.house.operations.status().quarantined == (("form-refused", 3), ("unauthenticated", 1))


def test_everything_is_forgotten_after_thirty_days_and_that_is_on_record(clinic: Clinic) -> None:
    house = clinic.house
    clinic.take(message(topic="other"), message(topic="other", idempotency_key="b"), message(key=KEY))
    house.clock.by = timedelta(days=29, hours=23)
    assert house.sweep.quarantine.run() == 0
    clinic.take(message(topic="other", idempotency_key="c"))
    house.clock.by = timedelta(days=30, minutes=1)

    assert house.sweep.quarantine.run() == 3

    assert len(house.quarantine.items(None, None, 9)) == 1
    for practice, count in ((PRACTICE, 2), ("", 1)):
        row = house.operations.audit(practice, None, 1)[0]
        assert (row.action, row.details) == ("quarantine.purged", {"count": count})


def test_what_is_too_large_is_kept_and_can_only_be_sent_again_shorter(clinic: Clinic) -> None:
    (item, kept) = clinic.take(message(body="x" * LARGEST_BYTES)).kept[0]

    with pytest.raises(Conflict, match="too large for a message"):
        clinic.house.quarantine.requeue(item, COMMAND)

    assert kept.reason == "too-large"
    assert clinic.house.quarantine.item(item).done_at is None
