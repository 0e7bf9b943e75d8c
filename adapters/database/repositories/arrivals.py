"""How messages came to who has them: by a ladder, an administrator, another topic, or a colleague's absence.

It is read beside a page of deliveries, and only where one of them came in such a way: few did.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from adapters.database import codec
from adapters.database.repositories.hand_overs import ITS_STEP, left_of, select_hand_overs
from adapters.database.repositories.topics import changes_of
from adapters.database.tables import hand_over, ladder_run, ladder_step
from adapters.database.transaction import Transaction
from router.messages.arrival import PASSED_ON, Arrival
from router.messages.cascade import HandOver
from router.messages.inbox import InboxItem
from router.messages.states import DeliveryState
from router.messaging.ladder import Do

EXPLAINED = PASSED_ON | {HandOver.ABSENCE}


def with_arrivals(transaction: Transaction, practice: str, items: Sequence[InboxItem]) -> list[InboxItem]:
    """The same deliveries, those that were passed on with what led to it."""
    passed_on = [one for one in items if one.recipient.step in PASSED_ON]
    corrected = [one for one in passed_on if one.recipient.step is HandOver.CORRECTION]
    messages = {one.message for one in passed_on} - {one.message for one in corrected}
    found = _found(transaction, practice, messages) if messages else {}
    found |= _corrections(transaction, practice, corrected) if corrected else {}
    covered = [one for one in items if one.recipient.step is HandOver.ABSENCE]
    found |= _absences(transaction, practice, covered) if covered else {}
    return [
        replace(one, arrival=found.get((one.message, one.staff))) if one.recipient.step in EXPLAINED else one
        for one in items
    ]


def _absences(transaction: Transaction, practice: str, items: Sequence[InboxItem]) -> dict[tuple[UUID, str], Arrival]:
    """The last absence of the person for whom each is covered, with what they had done with it."""
    whose = {(one.message, one.staff, one.recipient.represents) for one in items}
    wanted = (
        select_hand_overs(practice)
        .where(hand_over.c.kind == HandOver.ABSENCE.value)
        .where(transaction.one_of(hand_over.c.message, sorted({one.message for one in items})))
        .order_by(hand_over.c.handed_at)
    )
    return {
        (row.message, row.taker): Arrival(row.handed_at, row.giver, left=left_of(row))
        for row in transaction.execute(wanted)
        if (row.message, row.taker, row.giver) in whose
    }


def _corrections(
    transaction: Transaction, practice: str, items: Sequence[InboxItem]
) -> dict[tuple[UUID, str], Arrival]:
    """The move by which each came: the last of its conversation, or for what has gone since the last before it came."""
    changes = changes_of(transaction, practice, sorted({one.conversation for one in items}))
    found = {}
    for one in items:
        moves = list(changes.get(one.conversation, ()))
        if one.state is DeliveryState.MOVED:
            moves = [move for move in moves if move.at <= one.received_at]
        if moves:
            found[one.message, one.staff] = Arrival(moves[-1].at, correction=moves[-1])
    return found


def _found(transaction: Transaction, practice: str, messages: set[UUID]) -> dict[tuple[UUID, str], Arrival]:
    """The last arrival of each message with each who got it. A step and its hand-over are of one moment."""
    its_run = (
        (ladder_run.c.practice == ladder_step.c.practice)
        & (ladder_run.c.message == ladder_step.c.message)
        & (ladder_run.c.number == ladder_step.c.run)
    )
    wanted = (
        select(hand_over.c.message, hand_over.c.giver, hand_over.c.taker, hand_over.c.handed_at, hand_over.c.because)
        .add_columns(ladder_step.c.step, ladder_step.c.did, ladder_step.c.takers, ladder_run.c.steps)
        .select_from(hand_over.outerjoin(ladder_step, ITS_STEP).outerjoin(ladder_run, its_run))
        .where(hand_over.c.practice == practice, transaction.one_of(hand_over.c.message, sorted(messages)))
        .where(hand_over.c.because.in_([one.value for one in sorted(PASSED_ON)]))
        .order_by(hand_over.c.handed_at, ladder_step.c.run, ladder_step.c.step)
    )
    return dict(_arrivals(transaction.execute(wanted).all()))


def _arrivals(rows: Sequence[Row[Any]]) -> Iterator[tuple[tuple[UUID, str], Arrival]]:
    for row in rows:
        giver = row.giver if row.giver != row.taker else None
        gave_it = row.steps is not None and row.taker in row.takers
        step = codec.ladder_from_json(row.steps)[row.step] if gave_it else None
        did = Do(row.did) if step is not None and row.did is not None else None
        yield (row.message, row.taker), Arrival(row.handed_at, giver, step, did)
