"""What patients wrote: storing it, receipts, and what became of each message."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, Update, bindparam, exists, select
from typing_extensions import override

from adapters.database import bulk
from adapters.database.repositories import parked as parked_rows
from adapters.database.repositories import queue, urgency
from adapters.database.repositories.answer_times import promised_by
from adapters.database.repositories.practices import OF_PRACTICE, practice_of
from adapters.database.tables import api_key, conversation, message
from adapters.database.tables import practice as practice_table
from adapters.database.transaction import Transaction, clock_of
from adapters.database.transitions import advance
from router.messages.acceptance import KnownMessage, NewMessage, Opening, Receipt
from router.messages.states import Outcome, ParkedReason, State
from router.operations.status import ParkedSlice
from router.ports.messages import Messages
from router.practice.topics import Topic


class MessageRepository(Messages):
    """See router.ports.messages.Messages."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def open(self, practice: str, idempotency_keys: Sequence[str], api_key: str | None) -> Opening | None:
        asked = {"practice_": practice, "keys": list(idempotency_keys), "api_key": api_key}
        rows = self._transaction.execute(_opening(is_sqlite=self._transaction.is_sqlite), asked).all()
        if not rows:
            return None
        self._transaction.note_time(rows[0].clock)
        known = {row.idempotency_key: KnownMessage(row.fingerprint, _receipt(row)) for row in rows if row.id}
        first = rows[0]._mapping  # noqa: SLF001 - the name is public all the same (SQLAlchemy's documentation).
        return Opening(practice_of(first), api_key is None or first["key_in_force"], known)

    @override
    def known(self, practice: str, keys: Iterable[str]) -> dict[str, KnownMessage]:
        asked = {"practice_": practice, "keys": list(keys)}
        rows = self._transaction.execute(_known(is_sqlite=self._transaction.is_sqlite), asked)
        return {row.idempotency_key: KnownMessage(row.fingerprint, _receipt(row)) for row in rows}

    @override
    def add(self, practice: str, messages: Sequence[NewMessage]) -> None:
        now = self._transaction.now()
        starting = [_conversation_row(one) for one in messages if one.starts_conversation]
        self._transaction.insert(conversation, starting, practice=practice, started_at=now)
        accepted = {
            "practice": practice,
            "state": State.ACCEPTED.value,
            "failures": 0,
            "due_at": now,
            "accepted_at": now,
        }
        plain = [one for one in messages if one.accepted_with is None]
        self._transaction.insert(message, [_message_row(one) for one in plain], **accepted)
        if len(plain) < len(messages):
            self._add_flagged([one for one in messages if one.accepted_with is not None], practice, accepted)
        queue.add(self._transaction, practice, [one.id for one in messages], now)

    def _add_flagged(self, messages: Sequence[NewMessage], practice: str, accepted: Mapping[str, object]) -> None:
        """Store messages that their writers, or words, say more of: most groups have none."""
        now = self._transaction.now()
        rows = [_message_row(one) | urgency.columns_of(one, now) for one in messages]
        self._transaction.insert(message, rows, **accepted)
        urgency.add_accepted(self._transaction, practice, messages)

    @override
    def receipt(self, practice: str, message_id: UUID) -> Receipt | None:
        wanted = _receipts(practice).where(message.c.id == message_id)
        row = self._transaction.execute(wanted).one_or_none()
        return _receipt(row) if row else None

    @override
    def receipts(self, practice: str, conversations: Sequence[UUID]) -> dict[UUID, Receipt]:
        wanted = _receipts(practice).where(self._transaction.one_of(message.c.conversation, list(conversations)))
        return {row.id: _receipt(row) for row in self._transaction.execute(wanted)}

    @override
    def requeue_ownerless(self, practice: str) -> int:
        parked = advance(message, State.ACCEPTED).where(
            message.c.practice == practice,
            parked_rows.IS_PARKED_MESSAGE,
            message.c.parked_reason == ParkedReason.NO_ACTIVE_STAFF.value,
        )
        return len(self._accept_again(practice, parked))

    @override
    def requeue(self, practice: str, message_id: UUID) -> bool:
        parked = advance(message, State.ACCEPTED).where(message.c.practice == practice, message.c.id == message_id)
        return bool(self._accept_again(practice, parked))

    @override
    def requeue_parked(self, practice: str, parked: ParkedSlice) -> list[UUID]:
        these = parked_rows.rows(message, practice, parked).where(
            parked_rows.IS_PARKED_MESSAGE, message.c.parked_reason == parked.reason, message.c.parked_at >= parked.since
        )
        found = self._transaction.execute(these).scalars().all()
        one_of = self._transaction.one_of(message.c.id, found)
        self._accept_again(practice, advance(message, State.ACCEPTED).where(message.c.practice == practice, one_of))
        return list(found)

    def _accept_again(self, practice: str, parked: Update) -> Sequence[UUID]:
        now = self._transaction.now()
        again = parked.values(parked_reason=None, parked_at=None, failures=0, due_at=now).returning(message.c.id)
        messages = self._transaction.execute(again).scalars().all()
        queue.add(self._transaction, practice, messages, now)
        return messages


OF_RECEIPT = (
    *(message.c[name] for name in ("id", "conversation", "state", "idempotency_key", "fingerprint")),
    *(message.c[name] for name in ("accepted_at", "delivered_at", "opened_at", "answered_at")),
    *(message.c[name] for name in ("answer_by", "renewed_answer_by", "kept_open", "outcome", "outcome_at")),
    *(message.c[name] for name in ("accepted_with", "first_to")),
    *(conversation.c[name] for name in ("display_name", "topic")),
)


# These two are asked by every message: made once for each kind of database.
@cache
def _opening(*, is_sqlite: bool) -> Select[Any]:
    """One way to the server instead of three: a row of the practice, or as many as it has of these messages."""
    these = (message.c.practice == practice_table.c.id) & bulk.among(
        message.c.idempotency_key, "keys", is_sqlite=is_sqlite
    )
    in_force = exists().where(
        api_key.c.practice == practice_table.c.id,
        api_key.c.id == bindparam("api_key"),
        api_key.c.revoked_at.is_(None),
    )
    joined = practice_table.outerjoin(message, these).outerjoin(conversation)
    wanted = select(*OF_PRACTICE, clock_of(is_sqlite=is_sqlite), in_force.label("key_in_force"), *OF_RECEIPT)
    return wanted.select_from(joined).where(practice_table.c.id == bindparam("practice_"))


@cache
def _known(*, is_sqlite: bool) -> Select[Any]:
    return _receipts(bindparam("practice_")).where(bulk.among(message.c.idempotency_key, "keys", is_sqlite=is_sqlite))


def _receipts(practice: str | BindParameter[str]) -> Select[Any]:
    joined = message.join(conversation)
    return select(*OF_RECEIPT).select_from(joined).where(message.c.practice == practice)


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(
        id=row.id,
        conversation=row.conversation,
        status=State(row.state),
        to=row.display_name,
        accepted_at=row.accepted_at,
        delivered_at=row.delivered_at,
        opened_at=row.opened_at,
        answered_at=row.answered_at,
        answer_by=promised_by(row),
        first_answer_by=row.answer_by,
        outcome=Outcome(row.outcome) if row.outcome else None,
        outcome_at=row.outcome_at,
        kept_open=bool(row.kept_open),
        accepted_with=urgency.accepted_with_from_json(row.accepted_with),
        topic=Topic(row.topic),
        corrected_from=row.first_to,
    )


def _conversation_row(new: NewMessage) -> dict[str, Any]:
    return {
        "id": new.conversation,
        "patient": new.patient,
        "topic": new.topic.value,
        "site": new.site,
        "chosen": new.chosen,
        "display_name": new.display_name,
        "subject": new.subject,
        "private": new.private,
    }


def _message_row(new: NewMessage) -> dict[str, Any]:
    return {
        "id": new.id,
        "conversation": new.conversation,
        "patient": new.patient,
        "sender": new.sender,
        "body": new.body,
        "idempotency_key": new.idempotency_key,
        "fingerprint": new.fingerprint,
        "answer_by": new.answer_by,
    }
