"""Conversations as the patient's side reads them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Subquery, case, func, literal, or_, select, union_all
from typing_extensions import override

from adapters.database.tables import authorized_user, conversation, message, patient, read_mark, reply
from adapters.database.transaction import Transaction
from router.messages.conversation import Author, Conversation, ConversationSize, Entry, EntryHeader
from router.messages.message import CONVERSATION_MESSAGES
from router.ports.conversations import Conversations
from router.practice.topics import Topic

Position = tuple[datetime, UUID]
# The texts of the messages of a conversation, of as many as it can have. They are taken in the order of their index:
# PostgreSQL may otherwise go through the messages of all conversations until it has found as many.
TEXTS = (
    select(func.length(message.c.body).label("characters"))
    .where(message.c.practice == conversation.c.practice, message.c.conversation == conversation.c.id)
    .order_by(message.c.accepted_at)
    .limit(CONVERSATION_MESSAGES)
    .correlate(conversation)
    .subquery()
)
SIZES = select(
    conversation.c.id,
    select(func.count()).select_from(TEXTS).scalar_subquery().label("messages"),
    select(func.coalesce(func.sum(TEXTS.c.characters), 0)).scalar_subquery().label("characters"),
)


class ConversationRepository(Conversations):
    """See router.ports.conversations.Conversations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def get(self, practice: str, conversations: Iterable[UUID]) -> dict[UUID, Conversation]:
        wanted = select(conversation).where(
            conversation.c.practice == practice,
            self._transaction.one_of(conversation.c.id, list(conversations)),
        )
        return {row.id: conversation_of(row) for row in self._transaction.execute(wanted)}

    @override
    def of_patient(
        self, practice: str, charts: Sequence[str], topic: Topic | None, before: Position | None, limit: int
    ) -> list[Conversation]:
        wanted = (
            select(conversation)
            .where(conversation.c.practice == practice, self._transaction.one_of(conversation.c.patient, charts))
            .order_by(conversation.c.started_at.desc(), conversation.c.id.desc())
            .limit(limit)
        )
        if topic is not None:
            wanted = wanted.where(conversation.c.topic == topic.value)
        if before is not None:
            at, identifier = before
            same_moment = (conversation.c.started_at == at) & (conversation.c.id < identifier)
            wanted = wanted.where(or_(conversation.c.started_at < at, same_moment))
        return [conversation_of(row) for row in self._transaction.execute(wanted)]

    @override
    def started(self, practice: str, patients: Sequence[str], within: timedelta) -> dict[str, int]:
        wanted = (
            select(conversation.c.patient, func.count().label("started"))
            .where(
                conversation.c.practice == practice,
                self._transaction.one_of(conversation.c.patient, list(patients)),
                conversation.c.started_at > self._transaction.now() - within,
            )
            .group_by(conversation.c.patient)
        )
        return {row.patient: row.started for row in self._transaction.execute(wanted)}

    @override
    def entries(self, practice: str, conversations: Sequence[UUID]) -> list[Entry]:
        written = _written(self._transaction, practice, conversations)
        ordered = select(written).order_by(written.c.at, written.c.id)
        return [_entry(row) for row in self._transaction.execute(ordered)]

    @override
    def entry(self, practice: str, conversation_id: UUID, entry_id: UUID) -> Entry:
        written = _written(self._transaction, practice, [conversation_id])
        return _entry(self._transaction.execute(select(written).where(written.c.id == entry_id)).one())

    @override
    def sizes(self, practice: str, conversations: Iterable[UUID]) -> dict[UUID, ConversationSize]:
        these = self._transaction.one_of(conversation.c.id, list(conversations))
        rows = self._transaction.execute(SIZES.where(conversation.c.practice == practice, these))
        return {row.id: ConversationSize(row.messages, row.characters) for row in rows}

    @override
    def written(self, practice: str, conversations: Sequence[UUID]) -> list[EntryHeader]:
        given = _written(self._transaction, practice, conversations, with_texts=False)
        ordered = select(given).order_by(given.c.at, given.c.id)
        return [
            EntryHeader(row.id, row.conversation, Author(row.author), row.author_id, row.shown_as, row.at)
            for row in self._transaction.execute(ordered)
        ]

    @override
    def read_until(self, practice: str, conversations: Sequence[UUID], reader: str) -> dict[UUID, datetime]:
        wanted = select(read_mark).where(
            read_mark.c.practice == practice,
            self._transaction.one_of(read_mark.c.conversation, list(conversations)),
            read_mark.c.reader == reader,
        )
        return {row.conversation: row.read_at for row in self._transaction.execute(wanted)}

    @override
    def mark_read(self, practice: str, conversation_id: UUID, reader: str, until: datetime) -> None:
        row = {"practice": practice, "conversation": conversation_id, "reader": reader, "read_at": until}
        new = self._transaction.new_in(read_mark).values(row)
        until_then = new.excluded.read_at
        # An older mark that is committed late takes nothing back.
        later = new.on_conflict_do_update(
            index_elements=list(read_mark.primary_key),
            set_={"read_at": until_then},
            where=read_mark.c.read_at < until_then,
        )
        self._transaction.execute(later)


def _written(
    transaction: Transaction, practice: str, conversations: Sequence[UUID], *, with_texts: bool = True
) -> Subquery:
    messages = _messages(practice).where(transaction.one_of(message.c.conversation, conversations))
    replies = _replies(practice).where(transaction.one_of(reply.c.conversation, conversations))
    if not with_texts:
        messages, replies = (_without_text(wanted) for wanted in (messages, replies))
    return union_all(messages, replies).subquery()


def _without_text(wanted: Select[Any]) -> Select[Any]:
    """Texts that nobody reads aren't even fetched: long ones lie outside their rows."""
    return wanted.with_only_columns(*(column for column in wanted.selected_columns if column.name != "body"))


def _messages(practice: str) -> Select[Any]:
    """What the patient's side wrote, under the names that people have there."""
    joined = message.join(
        patient, (patient.c.practice == message.c.practice) & (patient.c.id == message.c.patient)
    ).outerjoin(
        authorized_user,
        (authorized_user.c.practice == message.c.practice)
        & (authorized_user.c.patient == message.c.patient)
        & (authorized_user.c.id == message.c.sender),
    )
    kind = case((message.c.sender.is_(None), Author.PATIENT.value), else_=Author.AUTHORIZED_USER.value)
    return (
        select(
            message.c.id,
            message.c.conversation,
            kind.label("author"),
            func.coalesce(message.c.sender, message.c.patient).label("author_id"),
            func.coalesce(authorized_user.c.name, patient.c.name).label("shown_as"),
            message.c.accepted_at.label("at"),
            message.c.body,
        )
        .select_from(joined)
        .where(message.c.practice == practice)
    )


def _replies(practice: str) -> Select[Any]:
    """What staff answered."""
    return select(
        reply.c.id,
        reply.c.conversation,
        literal(Author.STAFF.value).label("author"),
        reply.c.author.label("author_id"),
        reply.c.shown_as,
        reply.c.replied_at.label("at"),
        reply.c.body,
    ).where(reply.c.practice == practice)


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.id, row.conversation, Author(row.author), row.author_id, row.shown_as, row.at, row.body)


def conversation_of(row: Row[Any]) -> Conversation:
    """A row of the table, whatever else stands in it."""
    return Conversation(
        id=row.id,
        patient=row.patient,
        topic=Topic(row.topic),
        site=row.site,
        subject=row.subject,
        display_name=row.display_name,
        private=row.private,
        chosen=row.chosen,
        owner=row.owner,
        started_at=row.started_at,
    )
