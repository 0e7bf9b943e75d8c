"""Accepting: what is refused with which field, and what happens together or alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Never
from uuid import UUID, uuid4

import pytest

from adapters.database.unit_of_work import Database
from router.actors import COMMAND, Actor, ActorKind, Scope
from router.errors import Defective, Invalid, KeyReused, NotFound, Unauthenticated, UnavailableError
from router.flows.patient.fingerprint import fingerprint, key_reference
from router.messages.acceptance import Receipt
from router.messages.compose import FormRefused, Reason
from router.messages.message import AnyDraft, ReplyDraft
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings, topic_set
from tests.fakes import FreshIds
from tests.house import PRACTICE, House

WRITER = AuthorizedUser("writer", "Wri Ter", permissions=frozenset(Permission))
READER = AuthorizedUser("reader", "Rea Der", permissions=frozenset({Permission.READ}))


@pytest.mark.parametrize(
    ("fields", "kind", "field"),
    [
        ({"patient": "ghost"}, NotFound, "patient"),
        ({"sender": "ghost"}, NotFound, "sender"),
        ({"site": "south"}, FormRefused, "site"),
        ({"topic": Topic.OTHER}, FormRefused, "topic"),
        ({"to": "ann"}, FormRefused, "to"),
        ({"subject": ""}, Invalid, "subject"),
        ({"subject": "x" * 201}, Invalid, "subject"),
        ({"subject": "a\x07b"}, Invalid, "subject"),
        ({"body": " \n "}, Invalid, "body"),
        ({"body": "x" * 20_001}, Invalid, "body"),
        ({"body": "nul\x00"}, Invalid, "body"),
        ({"body": "half \ud83d of an emoji"}, Invalid, "body"),
        ({"idempotency_key": " "}, Invalid, "idempotency_key"),
    ],
)
def test_what_can_not_be_taken_is_refused_with_its_field(house: House, fields, kind, field) -> None:
    house.furnish(settings(practice=topic_set({Topic.BILLING: ["ann"]}, off=[Topic.OTHER])))

    refusal = house.try_to_write(house.draft(**fields))[0]

    assert isinstance(refusal, kind)
    assert [error.field for error in refusal.errors] == [field]
    assert house.operations.status().backlog[0].waiting == 0


def test_texts_are_trimmed_and_otherwise_kept_as_written(house: House) -> None:
    body = "  <script>alert(1)</script>\n\u202eright to left 🙂\t"

    house.furnish().write(house.draft(subject="  Hello ", body=body))
    house.route.run()

    item = house.inbox("ada").items[0]
    assert (item.subject, item.body) == ("Hello", body.strip())


def test_an_authorized_user_writes_with_permission_and_is_refused_without(house: House) -> None:
    house.furnish(patients=[a_patient("pat", authorized_users=(WRITER, READER))])

    taken, refused = house.try_to_write(
        house.draft("1", patient="pat", sender="writer"),
        house.draft("2", patient="pat", sender="reader"),
    )

    assert isinstance(taken, Receipt)
    assert isinstance(refused, FormRefused)
    assert refused.reason == "not_permitted"
    house.route.run()
    item = house.inbox("ada").items[0]
    assert (item.sender, item.sender_name) == ("writer", "Wri Ter")


def test_the_form_is_read_for_a_patient_an_actor_and_a_site(house: House) -> None:
    house.furnish(patients=[a_patient("pat", sites=("north", "south"), authorized_users=(READER,))])

    assert house.accept.form(PRACTICE, "pat", None, "south", COMMAND).site == "south"
    assert house.accept.form(PRACTICE, "pat", "reader", None, COMMAND).reason == "not_permitted"
    for patient, actor, site, field in (
        ("ghost", None, None, "patient"),
        ("pat", "ghost", None, "actor"),
        ("pat", None, "moon", "site"),
    ):
        with pytest.raises(NotFound) as refused:
            house.accept.form(PRACTICE, patient, actor, site, COMMAND)
        assert refused.value.errors[0].field == field


def test_some_of_a_batch_are_taken_and_others_refused_in_order(house: House) -> None:
    house.furnish()
    house.hints.given.clear()

    answers = house.try_to_write(
        house.draft("1"),
        house.draft("2", patient="ghost"),
        house.draft("1", body="Another text"),
        house.draft("3"),
    )

    assert [type(answer) for answer in answers] == [
        Receipt,
        NotFound,
        KeyReused,
        Receipt,
    ]
    # One that arrives while the commit is under way, and one for a worker that was there first.
    assert house.hints.given["route"] == 2


def test_an_idempotency_key_is_looked_up_before_all_other_checks(house: House) -> None:
    first = house.furnish().write()[0]
    house.save(settings(messaging_enabled=False))

    assert house.write() == [first]
    assert isinstance(house.try_to_write(house.draft(patient="ghost"))[0], KeyReused)
    assert house.accept.receipt_by_key(PRACTICE, "key-1") == first


def test_a_refusal_does_not_use_the_key_up(house: House) -> None:
    house.furnish(settings(messaging_enabled=False)).try_to_write()
    house.save(settings())

    assert house.write()


class _Interfering(FreshIds):
    """Stores the same key from elsewhere between the look-up and the insert, as another process may."""

    def __init__(self, meanwhile) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def new(self) -> UUID:
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile:
            meanwhile()
        return super().new()


def test_a_race_for_one_key_ends_with_one_message(house: House) -> None:
    house.furnish()
    if house.engine.dialect.name == "sqlite":
        # Its writers take turns, so that nobody can come in between.
        assert house.write() == house.write()
        return
    other = House(house.engine)
    accept = replace(house.accept, ids=_Interfering(other.write))

    answers = accept.accept(PRACTICE, [house.draft(), house.draft("key-2")], COMMAND)

    assert answers[0] == other.write()[0]
    assert isinstance(answers[1], Receipt)


def test_a_database_that_is_gone_is_told_to_all(house: House) -> None:
    house.furnish()

    class _Gone:
        def begin(self) -> Never:
            raise UnavailableError("gone")

    accept = replace(house.accept, database=_Gone())  # type: ignore[arg-type] # more of it isn't reached.
    with pytest.raises(UnavailableError):
        accept.accept(PRACTICE, [house.draft("1"), house.draft("2")], COMMAND)


def test_receipts_of_nothing_are_not_found(house: House) -> None:
    house.furnish()

    with pytest.raises(NotFound):
        house.accept.receipt(PRACTICE, uuid4())
    with pytest.raises(NotFound):
        house.traces.trace(PRACTICE, uuid4(), COMMAND)


def test_an_unknown_practice_takes_nothing(house: House) -> None:
    """It is named, whoever asks."""
    (refused,) = house.try_to_write(practice="nowhere")

    assert isinstance(refused, NotFound)
    assert [error.field for error in refused.errors] == ["practice"]


def test_a_key_must_be_in_force_when_the_message_is_stored(house: House) -> None:
    """Whoever checked it before: one that was revoked, or is another practice's, stores nothing."""
    house.furnish()
    house.furnish(practice="elsewhere")
    keys = [house.keys.create(where, [Scope.PORTAL], COMMAND)[0] for where in (PRACTICE, PRACTICE, "elsewhere")]
    house.keys.revoke(PRACTICE, keys[1].id, COMMAND)
    good, *others = [Actor(ActorKind.KEY, key.id) for key in keys]

    for number, by in enumerate(others):
        answers = house.accept.accept(PRACTICE, [house.draft(f"refused-{number}"), house.draft(f"too-{number}")], by)
        assert [type(answer) for answer in answers] == [Unauthenticated, Unauthenticated]

    assert [type(one) for one in house.accept.accept(PRACTICE, [house.draft()], good)] == [Receipt]
    for key in ("refused-0", "refused-1", "too-0", "too-1"):
        with pytest.raises(NotFound):
            house.accept.receipt_by_key(PRACTICE, key)


def test_a_key_that_is_revoked_before_a_failed_group_is_redone_is_refused_for_each(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The group fails by a defect, and by the time its messages are tried one by one the key is no longer in force."""
    house.furnish()
    key, _ = house.keys.create(PRACTICE, [Scope.PORTAL], COMMAND)
    begin = type(house.database).begin

    def revoked_after(database: Database) -> AbstractContextManager[UnitOfWork]:
        if len(begun) == 1:
            begun.append("the redo")
            house.keys.revoke(PRACTICE, key.id, COMMAND)
        begun.append("a transaction")
        return begin(database)

    begun: list[str] = []
    monkeypatch.setattr("router.messages.message.problem_with", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(type(house.database), "begin", revoked_after)
    drafts = [house.draft("one"), house.draft("two")]

    answers = house.accept.accept(PRACTICE, drafts, Actor(ActorKind.KEY, key.id))

    assert [type(answer) for answer in answers] == [Unauthenticated, Unauthenticated]
    assert house.failures == []


def test_a_defect_of_one_in_a_group_is_reported_by_its_reference(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, without any text, and the others are stored."""
    house.furnish()
    drafts = [house.draft(key) for key in ("first", "bad", "last")]
    monkeypatch.setattr("router.flows.patient.accept.fingerprint", _broken_for("bad"))

    answers = house.try_to_write(*drafts)

    assert [type(answer) for answer in answers] == [Receipt, Defective, Receipt]
    ((practice, reference, error),) = house.failures
    assert (practice, reference, type(error)) == (PRACTICE, key_reference("bad"), ZeroDivisionError)
    assert "bad" not in reference


def _broken_for(key: str) -> Callable[[AnyDraft], str]:
    def broken(draft: AnyDraft) -> str:
        if draft.idempotency_key == key:
            raise ZeroDivisionError
        return fingerprint(draft)

    return broken


def test_new_conversations_of_a_patient_have_a_daily_limit_where_the_practice_wants_one(house: House) -> None:
    """Also within one batch. The form says so kindly; replies go on; other patients and the next day have their own."""
    house.furnish(settings(daily_conversations=2))
    first = house.write()[0]

    answers = house.try_to_write(
        house.draft("key-2"), house.draft("key-3"), house.draft("key-4", patient="pat", to="ann")
    )

    assert [isinstance(answer, Receipt) for answer in answers] == [True, False, True]
    refusal = answers[1]
    assert isinstance(refusal, FormRefused)
    assert (refusal.reason, refusal.form.enabled, refusal.form.topics) == ("daily_limit", False, ())
    assert "please call the practice" in refusal.errors[0].message
    assert house.accept.form(PRACTICE, "sam", None, None, COMMAND).reason is Reason.DAILY_LIMIT
    assert house.write() == [first]
    house.write(ReplyDraft("key-5", "sam", first.conversation, "One more question."))
    house.clock.by = timedelta(hours=25)
    house.write(house.draft("key-3"))
    house.save(settings())
    house.write(*(house.draft(f"unlimited-{number}") for number in range(3)))
