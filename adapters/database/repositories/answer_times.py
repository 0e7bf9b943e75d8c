"""By when the patient's side expects an answer now: as was told when it wrote, or as a reply or a topic renewed it.

A reply that kept the message open replaces the earlier time, even where patients are no longer told one.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, null

from adapters.database.tables import message


def promised() -> ColumnElement[datetime]:
    """The moment, of a message in a statement; null for none."""
    renewed, kept_open = message.c.renewed_answer_by, message.c.kept_open.is_(True)
    return case((renewed.is_not(None), renewed), (kept_open, null()), else_=message.c.answer_by)


def promised_by(row: Row[Any]) -> datetime | None:
    """The moment, of a row with the columns of a message."""
    renewed: datetime | None = row.renewed_answer_by
    return renewed or (None if row.kept_open else row.answer_by)
