"""The words by which replies are found."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, literal, select
from typing_extensions import override

from adapters.database.ids import SETTLED, first_id
from adapters.database.materialized import looked_up
from adapters.database.repositories.search_words import BEGINNING, MOST_PRACTICES
from adapters.database.repositories.shown_replies import replies_with
from adapters.database.tables import delivery, practice, reply, search_reply, search_reply_mark
from adapters.database.transaction import Transaction
from router.messages.passages import FoundReply
from router.ports.search_words import ReplyWords, UnindexedReply


class ReplyWordRepository(ReplyWords):
    """See router.ports.search_words.ReplyWords."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def unindexed(self, limit: int) -> list[UnindexedReply]:
        settled = reply.c.id < first_id(self._transaction.now() - SETTLED)
        found: list[UnindexedReply] = []
        for practice_id in self._behind(settled):
            due = _of_practice(practice_id).where(settled).order_by(reply.c.id).limit(limit - len(found))
            found.extend(self._read(practice_id, due))
            if len(found) >= limit:
                break
        return found

    def _behind(self, settled: ColumnElement[bool]) -> list[str]:
        """Practices with replies behind their mark: one look into an index for each practice."""
        its = (reply.c.practice == practice.c.id) & (reply.c.id > _mark(practice.c.id))
        wanted = select(practice.c.id).where(exists().where(its, settled).correlate(practice))
        return list(self._transaction.execute(wanted.limit(MOST_PRACTICES)).scalars())

    @override
    def missing(self, practice_id: str, limit: int) -> list[UnindexedReply]:
        its = (search_reply.c.practice == reply.c.practice) & (search_reply.c.conversation == reply.c.conversation)
        indexed = select(search_reply.c.reply).where(its, search_reply.c.reply == reply.c.id).correlate(reply)
        newest = _of_practice(practice_id).where(~looked_up(indexed)).order_by(reply.c.id.desc()).limit(limit)
        return self._read(practice_id, newest)

    def _read(self, practice_id: str, wanted: Select[Any]) -> list[UnindexedReply]:
        rows = self._transaction.execute(wanted)
        return [UnindexedReply(practice_id, row.conversation, row.id, row.body) for row in rows]

    @override
    def add(self, replies: Sequence[tuple[UnindexedReply, str]]) -> None:
        rows = [
            {"practice": one.practice, "conversation": one.conversation, "reply": one.reply, "words": words}
            for one, words in replies
        ]
        self._transaction.insert_missing(search_reply, rows)

    @override
    def found(self, practice_id: str, deliveries: Sequence[UUID], words: Sequence[str]) -> list[FoundReply]:
        if not deliveries or not words:
            return []
        these = (delivery.c.practice == practice_id) & self._transaction.one_of(delivery.c.id, deliveries)
        rows = self._transaction.execute(replies_with(words).where(these))
        return [FoundReply(row.id, row.reply, row.author, row.replied_at, row.body) for row in rows]

    @override
    def looked_at(self, replies: Sequence[UnindexedReply]) -> None:
        last = {one.practice: one.reply for one in replies}
        marks = [{"practice": practice_id, "reply": reply_id} for practice_id, reply_id in last.items()]
        self._transaction.upsert(search_reply_mark, marks)


def _of_practice(practice_id: str) -> Select[Any]:
    """The replies of a practice that no turn has looked at."""
    behind = reply.c.id > _mark(literal(practice_id))
    return select(reply.c.id, reply.c.conversation, reply.c.body).where(reply.c.practice == practice_id, behind)


def _mark(practice_id: ColumnElement[str]) -> ColumnElement[UUID]:
    """Up to which reply turns have looked."""
    its = select(search_reply_mark.c.reply).where(search_reply_mark.c.practice == practice_id)
    return func.coalesce(its.scalar_subquery(), literal(BEGINNING, search_reply_mark.c.reply.type))
