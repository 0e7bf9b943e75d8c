"""Taking in, keeping aside, requeueing and forgetting, on both databases."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from adapters.broker.reading import read
from adapters.database.tables import metadata, quarantine
from adapters.database.tables.base import is_of
from router.actors import COMMAND, Scope
from router.errors import Conflict, FormRefused, NotFound, Refusal, UnavailableError
from router.flows.take_in import Taken
from router.quarantine import LARGEST_BYTES
from router.topics import Topic
from tests.builders import settings, topic_set
from tests.house import PRACTICE, House
from tests.samples.enqueued import CANARY, KEY, a_message, enveloped


class Clinic:
    """A practice with a key for its portal, whose messages are enqueued."""

    def __init__(self, house: House) -> None:
        self.house = house.furnish(settings(practice=topic_set({Topic.BILLING: ["ann"]}, off=[Topic.OTHER])))
        self.key = self.key_for(Scope.PORTAL)

    def key_for(self, scope: Scope) -> str:
        return self.house.authenticate.create(PRACTICE, [scope], COMMAND)[1]

    def take(self, *messages: Mapping[str, object]) -> Taken:
        """Each of them with the clinic's key, unless it has another."""
        raws = [enveloped({"key": self.key} | {**one}) for one in messages]
        return self.house.take_in.take([read(raw) for raw in raws])

    def bodies(self) -> list[bytes | None]:
        with self.house.engine.connect() as connection:
            return list(connection.execute(select(quarantine.c.body).order_by(quarantine.c.id)).scalars())


@pytest.fixture
def clinic(house: House) -> Clinic:
    return Clinic(house)


def message(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in a_message(**fields).items() if name != "key" or "key" in fields}


def test_the_tables_are_what_the_migrations_make(house: House) -> None:
    with house.engine.connect() as connection:
        dialect = connection.dialect.name
        ours = {"compare_type": True, "include_object": lambda item, *_: is_of(dialect, item)}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, metadata) == []


def test_what_is_enqueued_is_accepted_as_over_http(clinic: Clinic) -> None:
    """Also twice in one batch, and again later: the idempotency key is the same as over HTTP."""
    over_http = clinic.house.write()[0]

    taken = clinic.take(message(idempotency_key="a"), message(idempotency_key="b"), message(idempotency_key="a"))
    again = clinic.take(
        message(idempotency_key="b"), message(idempotency_key="key-1", subject="A bill", body=clinic.house.draft().body)
    )

    assert (taken.accepted, taken.kept, again.accepted, again.kept) == (3, (), 2, ())
    assert clinic.house.operate.status().backlog[0].waiting == 3
    assert clinic.house.hints.given["route"] >= 2
    assert clinic.house.accept.receipt_by_key(PRACTICE, "key-1") == over_http


@pytest.mark.parametrize(
    ("fields", "reason", "wrong", "practice"),
    [
        ({"key": KEY}, "unauthenticated", ("key",), None),
        ({"key": None}, "unauthenticated", ("key",), None),
        ({"key": "nul\x00"}, "unauthenticated", ("key",), None),
        ({"key": {"nested": KEY}}, "unauthenticated", ("key",), None),
        ({"idempotency_key": 7}, "invalid", ("idempotency_key",), PRACTICE),
        ({"subject": 7}, "invalid", ("subject",), PRACTICE),
        ({"subject": " "}, "invalid", ("subject",), PRACTICE),
        ({"body": "nul\x00"}, "invalid", ("body",), PRACTICE),
        ({f"my {CANARY}": 1}, "invalid", ("",), PRACTICE),
        ({"topic": "surgery"}, "invalid", ("topic",), PRACTICE),
        ({"patient": "ghost"}, "not-found", ("patient",), PRACTICE),
        ({"conversation": str(uuid4())}, "invalid", ("",), PRACTICE),
        ({"topic": "other"}, "form-refused", ("topic",), PRACTICE),
        ({"to": "ann"}, "form-refused", ("to",), PRACTICE),
        ({"site": "south"}, "form-refused", ("site",), PRACTICE),
    ],
)
def test_what_is_refused_is_kept_with_its_reason_and_harms_no_other(
    clinic: Clinic, fields, reason, wrong, practice
) -> None:
    taken = clinic.take(message(idempotency_key="good"), message() | fields)

    kept = clinic.house.quarantine.items(None, None, 9)
    assert (taken.accepted, len(kept)) == (1, 1)
    assert (kept[0].reason, kept[0].wrong, kept[0].practice) == (reason, wrong, practice)
    assert "body" in kept[0].fields
    assert CANARY not in repr(kept)
    body = clinic.bodies()[0]
    assert body
    assert clinic.key.encode() not in body
    assert KEY.encode() not in body
    assert CANARY.encode() in body


def test_a_key_without_the_scope_and_one_that_is_revoked_say_whose_they_are(clinic: Clinic) -> None:
    revoked, other = clinic.key_for(Scope.PORTAL), clinic.key_for(Scope.INBOX)
    clinic.house.authenticate.revoke(PRACTICE, revoked.split("_")[1], COMMAND)

    clinic.take(message(key=revoked), message(key=other))

    kept = clinic.house.quarantine.items(PRACTICE, None, 9)
    assert {(one.reason, one.practice) for one in kept} == {("unauthenticated", PRACTICE), ("forbidden", PRACTICE)}
    assert not any(key.encode() in (body or b"") for key in (revoked, other) for body in clinic.bodies())


def test_an_idempotency_key_with_other_fields_is_kept(clinic: Clinic) -> None:
    clinic.take(message())

    clinic.take(message(subject="Another"))

    assert [one.reason for one in clinic.house.quarantine.items(None, None, 9)] == ["idempotency-key-reused"]


def test_the_same_bytes_are_kept_once_however_often_the_broker_hands_them_out(clinic: Clinic) -> None:
    first, again = clinic.take(message(topic="other")), clinic.take(message(topic="other"))

    assert (len(first.kept), again.kept) == (1, ())


def test_a_lost_database_stores_nothing_and_is_told(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch is taken again later: nothing of it may be given up."""

    def lost(*_: object) -> None:
        raise UnavailableError("The database can't be reached.")

    monkeypatch.setattr(type(clinic.house.accept), "accept", lost)

    with pytest.raises(UnavailableError):
        clinic.take(message(), message(topic="other", idempotency_key="b"))

    assert clinic.house.quarantine.items(None, None, 9) == []


def test_a_defect_of_one_message_is_kept_in_sight(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    accept = type(clinic.house.accept).accept

    def defective(self, practice, drafts, by) -> object:
        if any(draft.idempotency_key == "bad" for draft in drafts):
            raise RuntimeError
        return accept(self, practice, drafts, by)

    monkeypatch.setattr(type(clinic.house.accept), "accept", defective)

    taken = clinic.take(message(), message(idempotency_key="bad"), message(idempotency_key="good"))

    assert (taken.accepted, [one.reason for _, one in taken.kept]) == (2, ["internal"])


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
    with pytest.raises(Conflict):
        house.quarantine.requeue(item.id, COMMAND)
    acts = [(one.action, one.subject) for one in house.operate.audit(PRACTICE, None, 9)]
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


def test_pages_of_one_practice_and_of_all(clinic: Clinic) -> None:
    clinic.take(*(message(topic="other", idempotency_key=str(number)) for number in range(3)), message(key=KEY))

    first = clinic.house.quarantine.items(None, None, 2)
    rest = clinic.house.quarantine.items(None, first[-1].id, 9)

    assert (len(first), len(rest)) == (2, 2)
    assert len(clinic.house.quarantine.items(PRACTICE, None, 9)) == 3
    assert clinic.house.quarantine.items("elsewhere", None, 9) == []
    assert clinic.house.operate.status(PRACTICE).quarantined == (("form-refused", 3),)
    assert clinic.house.operate.status().quarantined == (("form-refused", 3), ("unauthenticated", 1))


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
        row = house.operate.audit(practice, None, 1)[0]
        assert (row.action, row.details) == ("quarantine.purged", {"count": count})


def test_what_is_too_large_is_kept_and_can_only_be_sent_again_shorter(clinic: Clinic) -> None:
    (item, kept) = clinic.take(message(body="x" * LARGEST_BYTES)).kept[0]

    with pytest.raises(Conflict, match="larger than a message may be"):
        clinic.house.quarantine.requeue(item, COMMAND)

    assert kept.reason == "too-large"
    assert clinic.house.quarantine.item(item).done_at is None
