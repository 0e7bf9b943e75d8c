"""Changes of state: an UPDATE of a `state` column takes the states that it may start from out of its table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, Update, literal_column, update

from adapters.database.tables import delivery, message, notification
from router.errors import IllegalTransitionError
from router.messages.states import DELIVERY_TRANSITIONS, MESSAGE_TRANSITIONS, NOTIFICATION_TRANSITIONS, sources_of

Sources = tuple[StrEnum, ...]

TRANSITIONS: Mapping[str, Mapping[Any, frozenset[Any]]] = {
    message.name: MESSAGE_TRANSITIONS,
    delivery.name: DELIVERY_TRANSITIONS,
    notification.name: NOTIFICATION_TRANSITIONS,
}


def sources(table: Table, targets: Iterable[StrEnum]) -> Sources:
    """The states of this table's rows that may become each of the targets."""
    return sources_of(TRANSITIONS[table.name], *targets)


def is_in(table: Table, states: Sources) -> ColumnElement[bool]:
    """Whether a row is in one of these states, for rows that are looked up by something else.

    The column stands in an expression, so that no index on the state is considered: such an index would be read through
    all its dead entries, or all of a practice's rows, for rows whose keys are known.
    """
    hidden = table.c.state.concat(literal_column("''"))
    return hidden.in_([literal_column(f"'{state.value}'") for state in states])


def advance(table: Table, target: StrEnum, *only: StrEnum) -> Update:
    """An UPDATE to this state of rows that may become it; `only` narrows the states that it may start from.

    Raises IllegalTransitionError for a start that the table of transitions doesn't have.
    """
    allowed = sources(table, [target])
    if not set(only).issubset(allowed):
        raise IllegalTransitionError(f"a {table.name} can't go from {', '.join(only)} to {target}")
    return update(table).where(is_in(table, only or allowed)).values(state=target.value)
