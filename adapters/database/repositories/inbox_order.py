"""In which order an inbox is listed, and where a page of it begins."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from adapters.database.tables import delivery, message
from router.messages.inbox import InboxSort
from router.paging import Position

ITS_MESSAGE = (message.c.practice == delivery.c.practice) & (message.c.id == delivery.c.message)
LOOKED_UP = select(message.c.accepted_at).where(ITS_MESSAGE).correlate(delivery).scalar_subquery()
# Only of what a process of the release before stored is the message looked up.
WRITTEN_AT: ColumnElement[datetime] = func.coalesce(delivery.c.written_at, LOOKED_UP)


def order(sort: InboxSort) -> tuple[ColumnElement[datetime], bool]:
    """By which moment deliveries are sorted, and whether the latest comes first."""
    moment = WRITTEN_AT if sort is InboxSort.WAITING else delivery.c.received_at
    return moment, sort is InboxSort.NEWEST


def by(moment: ColumnElement[datetime], *, falling: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The order itself; the ids tell deliveries of one moment apart."""
    return (moment.desc(), delivery.c.id.desc()) if falling else (moment.asc(), delivery.c.id.asc())


def beyond(moment: ColumnElement[datetime], position: Position, *, falling: bool) -> ColumnElement[bool]:
    """What comes after a position in the order; two deliveries of the same moment are told apart by their ids."""
    at, identifier = position
    if falling:
        return or_(moment < at, (moment == at) & (delivery.c.id < identifier))
    return or_(moment > at, (moment == at) & (delivery.c.id > identifier))
