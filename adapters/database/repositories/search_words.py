"""The words by which messages are found."""

from collections.abc import Sequence
from itertools import takewhile
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select
from typing_extensions import override

from adapters.database.ids import SETTLED, first_id, made_at
from adapters.database.repositories.inbox_pages import PageRef, searched_messages
from adapters.database.tables import conversation, message, practice, search_mark, search_text
from adapters.database.transaction import Transaction
from router.messages.states import State
from router.paging import Position
from router.ports.search_words import SearchWords, UnindexedMessage

# Practices that one turn comes to at most.
MOST_PRACTICES = 20
BEGINNING = UUID(int=0)


class SearchWordRepository(SearchWords):
    """See router.ports.search_words.SearchWords."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def unindexed(self, limit: int) -> list[UnindexedMessage]:
        settled = message.c.id < first_id(self._transaction.now() - SETTLED)
        found: list[UnindexedMessage] = []
        for practice_id, mark in self._behind(settled):
            found.extend(self._of_practice(practice_id, mark, settled, limit - len(found)))
            if len(found) >= limit:
                break
        return found

    def _behind(self, settled: ColumnElement[bool]) -> list[tuple[str, UUID]]:
        """Practices with messages behind their mark: one look into an index for each practice."""
        mark = func.coalesce(search_mark.c.settled, literal(BEGINNING, search_mark.c.settled.type))
        its = (message.c.practice == practice.c.id) & (message.c.id > mark) & settled
        following = select(message.c.state).where(its).order_by(message.c.id).limit(1)
        state = following.correlate(practice, search_mark).scalar_subquery()
        marked = practice.outerjoin(search_mark, search_mark.c.practice == practice.c.id)
        # Where the first one waits to be routed, those behind it wait with it.
        wanted = select(practice.c.id, mark).select_from(marked).where(state != State.ACCEPTED.value)
        return [(row[0], row[1]) for row in self._transaction.execute(wanted.limit(MOST_PRACTICES))]

    def _of_practice(
        self, practice_id: str, mark: UUID, settled: ColumnElement[bool], limit: int
    ) -> list[UnindexedMessage]:
        behind = (message.c.practice == practice_id) & (message.c.id > mark) & settled
        # Found first: of a plan that was made when there were few, all behind the mark would be joined.
        some = select(message.c.id).where(behind).order_by(message.c.id).limit(limit).subquery()
        these = (message.c.practice == practice_id) & (message.c.id == some.c.id)
        wanted = select(message.c.id, message.c.state, conversation.c.subject, message.c.body)
        joined = wanted.select_from(some.join(message, these).join(conversation))
        rows = self._transaction.execute(joined.order_by(message.c.id))
        routed = takewhile(lambda row: row.state != State.ACCEPTED.value, rows)
        return [UnindexedMessage(practice_id, row.id, row.subject, row.body) for row in routed]

    @override
    def missing(self, practice_id: str, staff: str, before: Position | None, limit: int) -> list[UnindexedMessage]:
        mark = self._mark(practice_id)
        window = searched_messages(PageRef(practice_id, staff, before, limit), since=made_at(mark) - SETTLED)
        indexed = (search_text.c.practice == practice_id) & (search_text.c.message == window.c.message)
        newest = select(window.c.message, window.c.received_at).select_from(window.outerjoin(search_text, indexed))
        newest = newest.where(window.c.message > mark, search_text.c.message.is_(None))
        keys = newest.order_by(window.c.received_at.desc()).limit(limit).subquery()
        its = (message.c.practice == practice_id) & (message.c.id == keys.c.message)
        texts = select(message.c.id, conversation.c.subject, message.c.body)
        texts = texts.select_from(keys.join(message, its).join(conversation))
        return [
            UnindexedMessage(practice_id, row.id, row.subject, row.body) for row in self._transaction.execute(texts)
        ]

    def _mark(self, practice_id: str) -> UUID:
        its = select(search_mark.c.settled).where(search_mark.c.practice == practice_id)
        return self._transaction.execute(its).scalar_one_or_none() or BEGINNING

    @override
    def add(self, messages: Sequence[tuple[UnindexedMessage, str]]) -> None:
        rows = [{"practice": one.practice, "message": one.message, "words": words} for one, words in messages]
        if rows:
            self._transaction.insert_missing(search_text, rows)

    @override
    def looked_at(self, messages: Sequence[UnindexedMessage]) -> None:
        last = {one.practice: one.message for one in messages}
        marks = [{"practice": practice_id, "message": mark, "settled": mark} for practice_id, mark in last.items()]
        self._transaction.upsert(search_mark, marks)
