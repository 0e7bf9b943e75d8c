"""Texts that staff insert into replies."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, func, select, update
from typing_extensions import override

from adapters.database.tables import quick_text
from adapters.database.transaction import Transaction
from router.messages.quick_texts import NewQuickText, QuickText
from router.ports.quick_texts import QuickTexts
from router.practice.topics import Topic


class QuickTextRepository(QuickTexts):
    """See router.ports.quick_texts.QuickTexts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def for_person(self, practice: str, staff: str, limit: int) -> list[QuickText]:
        found = [text for owner in (None, staff) for text in self._of(practice, owner, limit)]
        return sorted(found, key=lambda text: (text.text.title.casefold(), text.id))

    def _of(self, practice: str, owner: str | None, limit: int) -> list[QuickText]:
        wanted = select(quick_text).where(_owned_by(practice, owner)).order_by(quick_text.c.id).limit(limit)
        return [_read(row) for row in self._transaction.execute(wanted)]

    @override
    def get(self, practice: str, quick_text_id: UUID) -> QuickText | None:
        row = self._transaction.execute(select(quick_text).where(_this(practice, quick_text_id))).one_or_none()
        return _read(row) if row else None

    @override
    def count(self, practice: str, owner: str | None) -> int:
        counted = select(func.count()).select_from(quick_text).where(_owned_by(practice, owner))
        return self._transaction.execute(counted).scalar_one()

    @override
    def add(self, practice: str, new: QuickText) -> None:
        row = {"practice": practice, "id": new.id, "owner": new.owner} | self._values(new.text)
        self._transaction.insert(quick_text, [row])

    @override
    def change(self, practice: str, quick_text_id: UUID, text: NewQuickText) -> None:
        changed = update(quick_text).where(_this(practice, quick_text_id)).values(**self._values(text))
        self._transaction.execute(changed)

    def _values(self, text: NewQuickText) -> dict[str, Any]:
        topic = text.topic.value if text.topic is not None else None
        saved_at = self._transaction.now()
        return {"title": text.title.strip(), "body": text.body.strip(), "topic": topic, "saved_at": saved_at}

    @override
    def remove(self, practice: str, quick_text_id: UUID) -> None:
        self._transaction.execute(delete(quick_text).where(_this(practice, quick_text_id)))


def _this(practice: str, quick_text_id: UUID) -> ColumnElement[bool]:
    return (quick_text.c.practice == practice) & (quick_text.c.id == quick_text_id)


def _owned_by(practice: str, owner: str | None) -> ColumnElement[bool]:
    return (quick_text.c.practice == practice) & (quick_text.c.owner == owner)


def _read(row: Row[Any]) -> QuickText:
    topic = Topic(row.topic) if row.topic is not None else None
    return QuickText(row.id, row.owner, NewQuickText(row.title, row.body, topic))
