"""Taking what is due of ladders: rows of the queue, then locks in the order that everybody keeps, then reading."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from adapters.database.repositories.ladder_reading import StoredRun, holder_of, read_claimed
from adapters.database.repositories.overdue import corrected_at
from adapters.database.repositories.practices import hold
from adapters.database.tables import (
    care_team_member,
    conversation,
    delivery,
    ladder_run,
    ladder_step,
    message,
)
from adapters.database.transaction import Transaction
from router.coverage.ladder_decisions import Holder
from router.messages.cascade import Question
from router.messages.priority import Priority
from router.messages.states import State
from router.ports.ladders import ClaimedRun, ClaimedRuns, HeldMessage, UnreadableRun
from router.practice.topics import Topic


def claimed(transaction: Transaction, rows: Sequence[Row[Any]]) -> ClaimedRuns:
    """Lock practices, conversations, messages and deliveries of these rows, and read them.

    What can't be locked at once is left out: nobody is waited for, and its row stays in the queue.
    """
    practices = hold(transaction, {row.practice for row in rows}) if rows else {}
    since: dict[str, dict[UUID, datetime]] = defaultdict(dict)
    for row in rows:
        if row.practice in practices:
            since[row.practice][row.id] = row.due_at
    found = [one for practice, waited in sorted(since.items()) for one in _of_practice(transaction, practice, waited)]
    runs = tuple(one for one in found if isinstance(one, ClaimedRun))
    unreadable = tuple(one for one in found if isinstance(one, UnreadableRun))
    return ClaimedRuns(runs, practices, transaction.now(), unreadable)


def held(transaction: Transaction, practice: str, message_id: UUID) -> HeldMessage | None:
    """Lock one message likewise; None where it is not there, or somebody else holds a part of it."""
    rows = _locked_messages(transaction, practice, [message_id])
    found = _locked_deliveries(transaction, practice, [message_id])
    if not rows or message_id not in found:
        return None
    row = rows[0]
    team = tuple(_care_teams(transaction, practice, {row.patient})[row.patient])
    holders = tuple(holder_of(one, row.owner) for one in found[message_id])
    question = Question(Topic(row.topic), row.site, row.owner, row.chosen, team)
    urgent = row.priority == Priority.URGENT.value
    return HeldMessage(row.conversation, question, row.private, State(row.state), row.patient, holders, urgent=urgent)


def holders_of(transaction: Transaction, practice: str, message_id: UUID) -> list[Holder]:
    """Everybody who has or had a message, in the order in which it came to them."""
    these = (delivery.c.practice == practice) & (delivery.c.message == message_id)
    wanted = select(delivery, conversation.c.owner).join_from(delivery, message).join(conversation).where(these)
    rows = transaction.execute(wanted.order_by(delivery.c.received_at, delivery.c.id))
    return [holder_of(row, row.owner) for row in rows]


def _of_practice(
    transaction: Transaction, practice: str, since: Mapping[UUID, datetime]
) -> list[ClaimedRun | UnreadableRun]:
    messages = _locked_messages(transaction, practice, since)
    holders = _locked_deliveries(transaction, practice, [row.id for row in messages])
    kept = [row for row in messages if row.id in holders]
    ids = [row.id for row in kept]
    runs = _runs(transaction, practice, ids)
    done = _steps(transaction, practice, ids)
    teams = _care_teams(transaction, practice, {row.patient for row in kept})
    return [
        read_claimed(
            StoredRun(row, runs[row.id], holders[row.id], done[row.id], tuple(teams[row.patient]), since[row.id])
        )
        for row in kept
        if row.id in runs
    ]


def _locked_messages(transaction: Transaction, practice: str, ids: Iterable[UUID]) -> Sequence[Row[Any]]:
    """The messages with their conversations: first those are locked, then the messages by their ids."""
    these = (message.c.practice == practice) & transaction.one_of(message.c.id, list(ids))
    threads = select(message.c.conversation).where(these)
    lock = (
        select(conversation.c.id)
        .where(conversation.c.practice == practice, conversation.c.id.in_(threads))
        .order_by(conversation.c.id)
        .with_for_update(key_share=True, skip_locked=True)
    )
    locked = list(transaction.execute(lock).scalars())
    wanted = (
        select(message, *(conversation.c[name] for name in ("topic", "site", "owner", "chosen", "private")))
        .add_columns(corrected_at().label("corrected_at"))
        .join_from(message, conversation)
        .where(these, transaction.one_of(message.c.conversation, locked))
        .order_by(message.c.id)
        .with_for_update(of=message, key_share=True, skip_locked=True)
    )
    return transaction.execute(wanted).all()


def _locked_deliveries(transaction: Transaction, practice: str, ids: list[UUID]) -> dict[UUID, list[Row[Any]]]:
    """The deliveries of each message, without messages of which somebody else holds a delivery just now."""
    these = (delivery.c.practice == practice) & transaction.one_of(delivery.c.message, ids)
    counted = select(delivery.c.message, func.count()).where(these).group_by(delivery.c.message)
    counts = {row[0]: row[1] for row in transaction.execute(counted)}
    ordered = select(delivery).where(these).order_by(delivery.c.received_at, delivery.c.id)
    found: dict[UUID, list[Row[Any]]] = {message_id: [] for message_id in ids}
    for row in transaction.execute(ordered.with_for_update(skip_locked=True)):
        found[row.message].append(row)
    return {message_id: held for message_id, held in found.items() if len(held) == counts.get(message_id, 0)}


def _runs(transaction: Transaction, practice: str, ids: list[UUID]) -> dict[UUID, Row[Any]]:
    """The current run of each message: the newest."""
    these = (ladder_run.c.practice == practice) & transaction.one_of(ladder_run.c.message, ids)
    ordered = select(ladder_run).where(these).order_by(ladder_run.c.number)
    return {row.message: row for row in transaction.execute(ordered)}


def _steps(transaction: Transaction, practice: str, ids: list[UUID]) -> dict[UUID, list[Row[Any]]]:
    these = (ladder_step.c.practice == practice) & transaction.one_of(ladder_step.c.message, ids)
    found: dict[UUID, list[Row[Any]]] = {message_id: [] for message_id in ids}
    for row in transaction.execute(select(ladder_step).where(these)):
        found[row.message].append(row)
    return found


def _care_teams(transaction: Transaction, practice: str, patients: set[str]) -> dict[str, list[str]]:
    these = (care_team_member.c.practice == practice) & transaction.one_of(care_team_member.c.patient, list(patients))
    wanted = select(care_team_member.c.patient, care_team_member.c.staff).where(these)
    teams: dict[str, list[str]] = {patient: [] for patient in patients}
    for row in transaction.execute(wanted.order_by(care_team_member.c.patient, care_team_member.c.position)):
        teams[row.patient].append(row.staff)
    return teams
