"""In which order an inbox is listed, and where a page of it begins."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, or_, select

from adapters.database.tables import delivery, message
from router.messages.inbox import InboxSort
from router.paging import Position


def of_message(column: ColumnElement[Any], *conditions: ColumnElement[bool] | TextClause) -> ColumnElement[Any]:
    """A column of a delivery's message, if that fulfils these conditions, looked up for each of them."""
    its_message = (message.c.practice == delivery.c.practice) & (message.c.id == delivery.c.message)
    return select(column).where(its_message, *conditions).correlate(delivery).scalar_subquery()


# Only of what a process of the release before stored is the message looked up.
WRITTEN_AT: ColumnElement[datetime] = func.coalesce(delivery.c.written_at, of_message(message.c.accepted_at))


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
