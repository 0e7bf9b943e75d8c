"""Replies, claims and hand-overs by staff."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from typing_extensions import override

from adapters.database.repositories import (
    given_again,
    hand_overs,
    handling,
    inbox_entries,
    leaving,
    notices,
    overdue,
    urgency,
)
from adapters.database.repositories.undone_deliveries import UNDONE, holding, of_absentee, read_undone
from adapters.database.tables import conversation, delivery, hand_over, message, notification, reply
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance
from router.coverage.departures import HeldWork
from router.messages.cascade import KIND_READ_BEFORE, NEW_WORDS, Recipient
from router.messages.hand_overs import HandedOver, NoteOnHandOver, UndoneDelivery
from router.messages.notification import Kind, Notice, Suppression
from router.messages.replies import NewReply, ReplyReader
from router.messages.routing import NewDelivery
from router.messages.states import DeliveryState, NotificationState, Outcome, State
from router.ports.conversations import Replies
from router.practice.availability import Absentee


class ReplyRepository(Replies):
    """See router.ports.conversations.Replies."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def replied(self, practice: str, idempotency_key: str) -> tuple[UUID, str] | None:
        wanted = select(reply.c.id, reply.c.fingerprint).where(
            reply.c.practice == practice, reply.c.idempotency_key == idempotency_key
        )
        row = self._transaction.execute(wanted).one_or_none()
        return (row.id, row.fingerprint) if row else None

    @override
    def handed_over(self, practice: str, idempotency_key: str) -> str | None:
        wanted = select(hand_over.c.fingerprint).where(
            hand_over.c.practice == practice, hand_over.c.idempotency_key == idempotency_key
        )
        return self._transaction.execute(wanted).scalar_one_or_none()

    @override
    def hold(self, practice: str, conversations: Collection[UUID]) -> None:
        these = self._transaction.one_of(conversation.c.id, list(conversations))
        self._hold(practice, these)

    @override
    def hold_of(self, practice: str, delivery_id: UUID) -> None:
        its = select(message.c.conversation).join_from(delivery, message)
        its = its.where(delivery.c.practice == practice, delivery.c.id == delivery_id)
        self._hold(practice, conversation.c.id == its.scalar_subquery())

    def _hold(self, practice: str, condition: ColumnElement[bool]) -> None:
        these = select(conversation.c.id).where(conversation.c.practice == practice, condition)
        # Patients write on meanwhile.
        self._transaction.execute(these.order_by(conversation.c.id).with_for_update(key_share=True))

    @override
    def own(self, practice: str, conversation_id: UUID, owner: str | None) -> None:
        this = (conversation.c.practice == practice) & (conversation.c.id == conversation_id)
        self._transaction.execute(update(conversation).where(this).values(owner=owner))

    @override
    def give_up(self, practice: str, conversations: Iterable[UUID]) -> None:
        these = (conversation.c.practice == practice) & self._transaction.one_of(conversation.c.id, list(conversations))
        self._transaction.execute(update(conversation).where(these).values(owner=None))

    @override
    def disown(self, practice: str, owners: Iterable[str]) -> int:
        theirs = (conversation.c.practice == practice) & self._transaction.one_of(conversation.c.owner, list(owners))
        return self._transaction.execute(update(conversation).where(theirs).values(owner=None)).rowcount

    @override
    def held_by(self, practice: str, staff_ids: Sequence[str]) -> dict[str, HeldWork]:
        owned = select(conversation.c.owner, func.count()).where(
            conversation.c.practice == practice, self._transaction.one_of(conversation.c.owner, staff_ids)
        )
        undone = select(delivery.c.staff, func.count()).where(
            delivery.c.practice == practice,
            self._transaction.one_of(delivery.c.staff, staff_ids),
            delivery.c.state.in_(UNDONE),
        )
        threads = {row[0]: row[1] for row in self._transaction.execute(owned.group_by(conversation.c.owner))}
        entries = {row[0]: row[1] for row in self._transaction.execute(undone.group_by(delivery.c.staff))}
        return {one: HeldWork(threads.get(one, 0), entries.get(one, 0)) for one in {*threads, *entries}}

    @override
    def handle(self, practice: str, message_id: UUID, by: str) -> None:
        handling.handle(self._transaction, practice, [message_id], by)

    @override
    def finish_for_recipients(self, practice: str, message_id: UUID, by: str) -> None:
        handling.finish_for_recipients(self._transaction, practice, message_id, by)

    @override
    def finish_for(self, practice: str, messages: Collection[UUID], by: str) -> None:
        handling.finish(self._transaction, practice, messages, by)

    @override
    def answer(self, practice: str, messages: Sequence[UUID]) -> list[UUID]:
        now = self._transaction.now()
        # Locked by their ids, as everybody locks the messages of a conversation.
        these = (message.c.practice == practice) & self._transaction.one_of(message.c.id, list(messages))
        self._transaction.execute(
            select(message.c.id).where(these).order_by(message.c.id).with_for_update(key_share=True)
        )
        self._transaction.execute(update(message).where(these, message.c.kept_open.is_(True)).values(kept_open=False))
        moments = {"answered_at": now, "opened_at": func.coalesce(message.c.opened_at, now), "urgent_since": None}
        answered = advance(message, State.ANSWERED).where(these).values(**moments).returning(message.c.id)
        return sorted(self._transaction.execute(answered).scalars())

    @override
    def keep_open(self, practice: str, message_id: UUID, answer_by: datetime | None) -> None:
        this = (message.c.practice == practice) & (message.c.id == message_id)
        renewed = {"kept_open": True, "kept_open_at": self._transaction.now(), "renewed_answer_by": answer_by}
        self._transaction.execute(update(message).where(this).values(**renewed))

    @override
    def kept_open(self, practice: str, messages: Sequence[UUID]) -> list[UUID]:
        these = (message.c.practice == practice) & self._transaction.one_of(message.c.id, list(messages))
        waiting = select(message.c.id).where(these, message.c.kept_open.is_(True))
        return sorted(self._transaction.execute(waiting).scalars())

    @override
    def finish(self, practice: str, message_id: UUID, outcome: Outcome) -> bool:
        this = (message.c.practice == practice) & (message.c.id == message_id)
        waits = message.c.outcome.is_(None) | message.c.kept_open.is_(True)
        first = {
            "outcome": func.coalesce(message.c.outcome, outcome.value),
            "outcome_at": func.coalesce(message.c.outcome_at, self._transaction.now()),
        }
        finished = update(message).where(this, waits).values(**first, kept_open=False, urgent_since=None)
        return self._transaction.execute(finished).rowcount > 0

    @override
    def add(self, practice: str, new: NewReply, readers: Sequence[tuple[UUID, ReplyReader]]) -> None:
        row = {
            "practice": practice,
            "id": new.id,
            "conversation": new.conversation,
            "delivery": new.delivery,
            "author": new.author,
            "shown_as": new.shown_as,
            "body": new.body,
            "idempotency_key": new.idempotency_key,
            "fingerprint": new.fingerprint,
            "replied_at": self._transaction.now(),
        }
        self._transaction.insert(reply, [row])
        due = {"state": NotificationState.DUE.value, "due_at": self._transaction.now(), "deferrals": 0, "attempts": 0}
        told = {"practice": practice, "reply": new.id, "kind": Kind.PATIENT_REPLY.value}
        self._transaction.insert(notification, [told | due | {"id": one, "reader": who.id} for one, who in readers])

    @override
    def messages_of(self, practice: str, conversation_id: UUID) -> list[UUID]:
        wanted = (
            select(message.c.id)
            .where(
                message.c.practice == practice,
                message.c.conversation == conversation_id,
                message.c.state.not_in((State.ACCEPTED.value, State.PARKED.value)),
            )
            .order_by(message.c.accepted_at, message.c.id)
        )
        return list(self._transaction.execute(wanted).scalars())

    @override
    def give(
        self, practice: str, message_id: UUID, new: NewDelivery, handed: HandedOver | None, *, reopen: bool = False
    ) -> None:
        """Put a message into one more inbox and record the hand-over.

        Somebody who has the message already gets no second entry, and an email only where it waits for them again.
        """
        if handed is not None:
            self._transaction.insert(hand_over, [self._hand_over_row(practice, handed)])
        known = given_again.read(self._transaction, practice, message_id, new.recipient.staff)
        if known is None:
            self._add(practice, [(message_id, new)])
            return
        is_unread = reopen or given_again.waits_again(known)
        given_again.store(self._transaction, known, new.recipient, is_unread=is_unread)
        if is_unread and known.state == DeliveryState.DONE.value:
            urgency.rise_unless_done(self._transaction, practice, message_id)
        # Of what is unread there already its holder was told when it came.
        waits_anew = is_unread and known.state != DeliveryState.UNREAD.value
        if waits_anew and new.suppressed is not Suppression.READ_ALREADY:
            told = Notice(new.id, new.recipient.staff, has_address=new.suppressed is None, message=message_id)
            notices.add(self._transaction, practice, Kind.STAFF_RETURNED, [told])

    @override
    def left_to(
        self, practice: str, conversations: Collection[UUID], handlers: Collection[str], *, done: bool = False
    ) -> list[tuple[UUID, Recipient]]:
        return given_again.left_to(self._transaction, practice, conversations, handlers, done=done)

    @override
    def leave(self, practice: str, message_id: UUID, by: str, to: str) -> None:
        leaving.leave(self._transaction, practice, message_id, by, to)

    @override
    def pass_on(self, practice: str, messages: Collection[UUID], givers: Collection[str], to: str) -> None:
        leaving.pass_on(self._transaction, practice, messages, givers, to)

    @override
    def left_alone(self, practice: str, conversation_id: UUID) -> list[UUID]:
        return overdue.left_alone(self._transaction, practice, conversation_id)

    @override
    def give_new(self, practice: str, given: Sequence[tuple[NewDelivery, HandedOver]]) -> None:
        self._transaction.insert(hand_over, [self._hand_over_row(practice, handed) for _, handed in given])
        self._add(practice, [(handed.message, new) for new, handed in given])

    def _add(self, practice: str, given: Sequence[tuple[UUID, NewDelivery]]) -> None:
        these = self._transaction.one_of(message.c.id, {message_id for message_id, _ in given})
        known = (conversation.c.id, conversation.c.site, message.c.accepted_at)
        wanted = select(message.c.id, *known).join_from(message, conversation)
        rows = self._transaction.execute(wanted.where(message.c.practice == practice, these))
        of = {row[0]: (row[1], row[2], row[3]) for row in rows}
        entries = [inbox_entries.Entry(practice, message_id, *of[message_id], [new]) for message_id, new in given]
        inbox_entries.add(self._transaction, entries)

    def _hand_over_row(self, practice: str, handed: HandedOver) -> dict[str, Any]:
        row = {name: getattr(handed, name) for name in HandedOver.__slots__}
        kind, because = (KIND_READ_BEFORE, handed.kind.value) if handed.kind in NEW_WORDS else (handed.kind, None)
        row |= {"practice": practice, "kind": kind.value, "because": because}
        return row | {"handed_at": self._transaction.now()}

    @override
    def notes(self, practice: str, conversation_id: UUID) -> list[NoteOnHandOver]:
        return hand_overs.notes(self._transaction, practice, conversation_id)

    @override
    def move(self, practice: str, deliveries: Iterable[UUID]) -> None:
        these = (delivery.c.practice == practice) & self._transaction.one_of(delivery.c.id, list(deliveries))
        moved = advance(delivery, DeliveryState.MOVED).values(moved_at=self._transaction.now())
        self._transaction.execute(moved.where(these))

    @override
    def unread_by_absentee(self, absentee: Absentee, limit: int) -> list[UndoneDelivery]:
        wanted = of_absentee(absentee).where(delivery.c.state == DeliveryState.UNREAD.value)
        return [read_undone(row) for row in self._transaction.execute(holding(wanted, limit))]

    @override
    def owned_by_absentee(self, absentee: Absentee, limit: int) -> tuple[list[UndoneDelivery], bool]:
        wanted = (
            of_absentee(absentee)
            .where(delivery.c.state == DeliveryState.READ.value, conversation.c.owner == absentee.staff)
            .where(message.c.kept_open.is_(True) | (message.c.state != State.ANSWERED.value))
        )
        found = [read_undone(row) for row in self._transaction.execute(holding(wanted, limit))]
        # Counted without locks, so that what others hold is among these.
        there = self._transaction.execute(select(func.count()).select_from(wanted.limit(limit + 1).subquery()))
        return found, len(found) == there.scalar_one()
