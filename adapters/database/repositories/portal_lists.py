"""What the portal lists: pages of a patient's conversations, found without reading what they hold."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    case,
    distinct,
    false,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from typing_extensions import override

from adapters.database.repositories.conversations import conversation_of
from adapters.database.tables import conversation, message, read_mark, reply, topic_change
from adapters.database.transaction import Transaction
from adapters.database.types import Moment
from router.messages.conversation import Conversation
from router.messages.portal_lists import PortalReader
from router.paging import Position
from router.ports.portal_lists import PortalLists
from router.practice.topics import Topic

# Earlier than anything was written: when somebody who never opened a conversation has read it.
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class PortalListRepository(PortalLists):
    """See router.ports.portal_lists.PortalLists."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def latest(self, reader: PortalReader, before: Position | None, limit: int) -> list[Conversation]:
        listed = select(conversation, _last_entry().label("last_at")).where(*_readable(reader)).subquery()
        return self._page(select(listed), (listed.c.last_at, listed.c.id), before, limit)

    @override
    def of_topic(self, reader: PortalReader, topic: Topic, before: Position | None, limit: int) -> list[Conversation]:
        listed = select(conversation).where(*_readable(reader), conversation.c.topic == topic.value)
        return self._page(listed, (conversation.c.started_at, conversation.c.id), before, limit)

    @override
    def moved_from(self, reader: PortalReader, topic: Topic, before: Position | None, limit: int) -> list[Conversation]:
        corrected = select(topic_change.c.conversation).where(
            topic_change.c.practice == reader.practice,
            topic_change.c.patient.in_(list(reader.charts)),
            topic_change.c.topic_before == topic.value,
        )
        listed = select(conversation).where(
            *_readable(reader), conversation.c.topic != topic.value, conversation.c.id.in_(corrected)
        )
        return self._page(listed, (conversation.c.started_at, conversation.c.id), before, limit)

    @override
    def unread(self, reader: PortalReader) -> tuple[int, int]:
        theirs = (
            (read_mark.c.practice == conversation.c.practice)
            & (read_mark.c.conversation == conversation.c.id)
            & (read_mark.c.reader == (reader.user or ""))
        )
        # A moment in any case, so that the indexes leave out what was read: an OR would read all that was said.
        read_at = func.coalesce(read_mark.c.read_at, literal(BEFORE_ALL, Moment)).label("read_at")
        threads = select(conversation.c.practice, conversation.c.id, read_at)
        marked = threads.select_from(conversation.outerjoin(read_mark, theirs)).where(*_readable(reader)).subquery()
        written = (message.c.practice == marked.c.practice) & (message.c.conversation == marked.c.id)
        replied = (reply.c.practice == marked.c.practice) & (reply.c.conversation == marked.c.id)
        by_others = (
            message.c.sender.is_not(None) if reader.user is None else message.c.sender.is_distinct_from(reader.user)
        )
        news = union_all(
            select(marked.c.id).join(message, written).where(by_others, message.c.accepted_at > marked.c.read_at),
            select(marked.c.id).join(reply, replied).where(reply.c.replied_at > marked.c.read_at),
        ).subquery()
        row = self._transaction.execute(select(func.count(), func.count(distinct(news.c.id))).select_from(news)).one()
        return row[0], row[1]

    @override
    def newest(self, practice: str, conversation_id: UUID) -> UUID | None:
        written = (
            select(message.c.accepted_at.label("at"), message.c.id)
            .where(message.c.practice == practice, message.c.conversation == conversation_id)
            .order_by(message.c.accepted_at.desc(), message.c.id.desc())
            .limit(1)
        )
        replied = (
            select(reply.c.replied_at.label("at"), reply.c.id)
            .where(reply.c.practice == practice, reply.c.conversation == conversation_id)
            .order_by(reply.c.replied_at.desc(), reply.c.id.desc())
            .limit(1)
        )
        last = [row for wanted in (written, replied) for row in self._transaction.execute(wanted)]
        return max(((row.at, row.id) for row in last), default=(None, None))[1]

    def _page(
        self,
        listed: Select[Any],
        place: tuple[ColumnElement[Any], ColumnElement[Any]],
        before: Position | None,
        limit: int,
    ) -> list[Conversation]:
        wanted = listed.order_by(*(column.desc() for column in place)).limit(limit)
        if before is not None:
            wanted = wanted.where(tuple_(*place) < tuple_(literal(before[0], Moment), literal(before[1], Uuid)))
        return [conversation_of(row) for row in self._transaction.execute(wanted)]


def _readable(reader: PortalReader) -> tuple[ColumnElement[bool], ...]:
    theirs = conversation.c.practice == reader.practice, conversation.c.patient.in_(list(reader.charts))
    return theirs if reader.user is None else (*theirs, conversation.c.private == false())


def _last_entry() -> ColumnElement[Any]:
    """When somebody wrote last in a conversation: two looks into indexes for each of them."""
    written = select(func.max(message.c.accepted_at)).where(
        message.c.practice == conversation.c.practice, message.c.conversation == conversation.c.id
    )
    replied = select(func.max(reply.c.replied_at)).where(
        reply.c.practice == conversation.c.practice, reply.c.conversation == conversation.c.id
    )
    sent, answered = written.scalar_subquery(), replied.scalar_subquery()
    return case((answered > sent, answered), else_=sent)
