"""Taking in what was enqueued: accepted as over HTTP, or kept aside with its reason, on both databases."""

from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from adapters.database.tables import metadata
from adapters.database.tables.base import is_of
from router.access.keys import Caller
from router.actors import COMMAND, Scope
from router.errors import UnavailableError
from router.flows.access.keys import Authenticate
from router.flows.patient.fingerprint import fingerprint
from router.messages.message import AnyDraft
from tests.house import PRACTICE, House
from tests.integration.flows.clinic import Clinic, message
from tests.samples.enqueued import CANARY, KEY


@pytest.fixture
def clinic(house: House) -> Clinic:
    return Clinic(house)


def test_the_tables_are_what_the_migrations_make(house: House) -> None:
    with house.engine.connect() as connection:
        dialect = connection.dialect.name
        ours = {"compare_type": True, "include_object": lambda item, *_: is_of(dialect, item)}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, metadata) == []


def test_a_key_that_is_revoked_meanwhile_stores_nothing(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was good when it was looked up, and is not any more when its messages are stored: all of them are kept."""
    check = Authenticate.check

    def revoked_after(self: Authenticate, presented: str, *scopes: Scope) -> Caller:
        caller = check(self, presented, *scopes)
        self.revoke(PRACTICE, caller.actor.id, COMMAND)
        return caller

    monkeypatch.setattr(Authenticate, "check", revoked_after)

    taken = clinic.take(message(), message(idempotency_key="another"))

    assert taken.accepted == 0
    assert [kept.reason for _, kept in taken.kept] == ["unauthenticated"] * 2


def test_what_is_enqueued_is_accepted_as_over_http(clinic: Clinic) -> None:
    """Also twice in one batch, and again later: the idempotency key is the same as over HTTP."""
    over_http = clinic.house.write()[0]

    taken = clinic.take(message(idempotency_key="a"), message(idempotency_key="b"), message(idempotency_key="a"))
    again = clinic.take(
        message(idempotency_key="b"), message(idempotency_key="key-1", subject="A bill", body=clinic.house.draft().body)
    )

    assert (taken.accepted, taken.kept, again.accepted, again.kept) == (3, (), 2, ())
    assert clinic.house.operations.status().backlog[0].waiting == 3
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
        ({"conversation": str(uuid4())}, "invalid", ("topic", "subject"), PRACTICE),
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
    clinic.house.keys.revoke(PRACTICE, revoked.split("_")[1], COMMAND)

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
    def defective(draft: AnyDraft) -> str:
        if draft.idempotency_key == "bad":
            raise RuntimeError
        return fingerprint(draft)

    monkeypatch.setattr("router.flows.patient.accept.fingerprint", defective)

    taken = clinic.take(message(), message(idempotency_key="bad"), message(idempotency_key="good"))

    assert (taken.accepted, [one.reason for _, one in taken.kept]) == (2, ["internal"])
