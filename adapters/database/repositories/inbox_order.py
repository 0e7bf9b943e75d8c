"""In which order an inbox is listed, and where a page of it begins."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, or_

from adapters.database.tables import delivery, message
from router.messages.inbox import InboxSort
from router.paging import Position


def order(sort: InboxSort) -> tuple[Column[datetime], bool]:
    """By which moment deliveries are sorted, and whether the latest comes first."""
    moment = message.c.accepted_at if sort is InboxSort.WAITING else delivery.c.received_at
    return moment, sort is InboxSort.NEWEST


def by(moment: Column[datetime], *, falling: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The order itself; the ids tell deliveries of one moment apart."""
    return (moment.desc(), delivery.c.id.desc()) if falling else (moment.asc(), delivery.c.id.asc())


def beyond(moment: Column[datetime], position: Position, *, falling: bool) -> ColumnElement[bool]:
    """What comes after a position in the order; two deliveries of the same moment are told apart by their ids."""
    at, identifier = position
    if falling:
        return or_(moment < at, (moment == at) & (delivery.c.id < identifier))
    return or_(moment > at, (moment == at) & (delivery.c.id > identifier))
