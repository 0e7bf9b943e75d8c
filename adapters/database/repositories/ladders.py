"""Runs of ladders: beginning them, what their steps did, and what is overdue."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from typing_extensions import override

from adapters.database import codec
from adapters.database.bulk import Target
from adapters.database.repositories import (
    ladder_claims,
    ladder_queue,
    ladder_reading,
    ladder_steps,
    ladder_turns,
    queue,
)
from adapters.database.repositories.ladder_queue import ESCALATE
from adapters.database.repositories.overdue import count_overdue, find_overdue, is_overdue
from adapters.database.tables import ladder_run, ladder_step, waiting
from adapters.database.transaction import Transaction
from router.coverage.ladder_decisions import Ending, Holder
from router.coverage.ladders import WATCHED_EVERY, NewRuns, Run
from router.messages.trace import TracedStepOfLadder
from router.messaging.ladder import Do, Ladder
from router.operations.overdue import OverdueMessage
from router.ports.ladders import ClaimedRun, ClaimedRuns, Climbed, HeldMessage, Ladders, UnreadableRun

CHANGED = ladder_queue.ONE_RUN.values(
    due_at=bindparam("is_due_at"),
    due_do=bindparam("is_due_do"),
    failures=0,
    alerted_at=func.coalesce(ladder_run.c.alerted_at, bindparam("is_alerted_at", type_=ladder_run.c.alerted_at.type)),
    ended_at=func.coalesce(ladder_run.c.ended_at, bindparam("is_ended_at", type_=ladder_run.c.ended_at.type)),
    ended_by=func.coalesce(ladder_run.c.ended_by, bindparam("is_ended_by")),
)

# The columns of both tables, and what of a new run they take.
OF_RUN = {
    name: name for name in ("practice", "message", "number", "began_at", "clock", "due_at", "due_do", "alerted_at")
}
OF_QUEUE = {"practice": "practice", "id": "message", "second": "second", "due_at": "due_at"}


class LadderRepository(Ladders):
    """See router.ports.ladders.Ladders."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def known(self, practice: str, messages: Sequence[UUID]) -> frozenset[UUID]:
        wanted = select(ladder_run.c.message).where(
            ladder_run.c.practice == practice, self._transaction.one_of(ladder_run.c.message, messages)
        )
        return frozenset(self._transaction.execute(wanted).scalars())

    @override
    def begin(self, runs: Sequence[NewRuns]) -> None:
        alike: dict[tuple[Ladder, bool, bool], list[dict[str, Any]]] = defaultdict(list)
        for new in runs:
            run, due = new.run, new.due
            due_at = due.at if due else self._transaction.now() + WATCHED_EVERY
            row = {
                "practice": run.practice,
                "message": list(new.messages),
                "number": run.number,
                "began_at": run.began_at,
                "clock": run.clock,
                "due_at": due_at,
                "due_do": due.step.do.value if due else None,
                "alerted_at": run.alerted_at,
                "second": queue.second_of(due_at),
            }
            alike[run.steps, run.urgent, run.on_clock].append(row)
        for (steps, urgent, on_clock), rows in alike.items():
            shared = {"steps": codec.ladder_to_json(steps), "urgent": urgent, "on_clock": on_clock, "failures": 0}
            begun = Target(ladder_run, shared, OF_RUN)
            waits = Target(waiting, {"kind": ESCALATE}, OF_QUEUE)
            self._transaction.insert_alike((begun, waits), rows, ("message",))

    def _wait(self, due: Sequence[tuple[str, UUID, datetime]]) -> None:
        self._transaction.insert(waiting, ladder_queue.rows_of(due), kind=ESCALATE)

    def _wait_no_more(self, due: Sequence[tuple[str, UUID, datetime]]) -> None:
        self._transaction.delete_many(waiting, [{"kind": ESCALATE, **row} for row in ladder_queue.rows_of(due)])

    @override
    def latest(self, practice: str, message_id: UUID) -> Run | None:
        these = (ladder_run.c.practice == practice) & (ladder_run.c.message == message_id)
        wanted = select(ladder_run).where(these).order_by(ladder_run.c.number.desc()).limit(1)
        row = self._transaction.execute(wanted).one_or_none()
        return ladder_reading.run_of(row) if row else None

    @override
    def end(self, practice: str, message_id: UUID, ending: Ending) -> None:
        these = (ladder_run.c.practice == practice) & (ladder_run.c.message == message_id)
        due = select(ladder_run.c.due_at).where(these, ladder_run.c.due_at.is_not(None))
        moments = list(self._transaction.execute(due).scalars())
        self._wait_no_more([(practice, message_id, due_at) for due_at in moments if due_at is not None])
        over = {"due_at": None, "due_do": None, "ended_at": self._transaction.now(), "ended_by": ending.value}
        self._transaction.execute(update(ladder_run).where(these, ladder_run.c.ended_at.is_(None)).values(**over))

    @override
    def claim(self, limit: int) -> ClaimedRuns:
        return ladder_claims.claimed(self._transaction, ladder_turns.take(self._transaction, limit))

    @override
    def look_at_all(self) -> None:
        floor, now = self._transaction.memory.floors.escalation, self._transaction.now()
        if floor.is_time_for_all(now):
            began = self._transaction.execute(select(self._transaction.clock)).scalar_one()
            ladder_queue.oldest_due(self._transaction)
            floor.took(now, self._transaction.execute(select(self._transaction.clock)).scalar_one() - began)

    @override
    def watch(self, within: timedelta, limit: int) -> int:
        return ladder_queue.watch(self._transaction, within, limit)

    @override
    def claim_one(self, practice: str, message_id: UUID) -> ClaimedRuns:
        rows = ladder_queue.row_of(self._transaction, practice, message_id)
        return ladder_claims.claimed(self._transaction, rows)

    @override
    def climb(self, climbed: Sequence[Climbed[ClaimedRun | UnreadableRun]]) -> None:
        now = self._transaction.now()
        ladder_steps.add(self._transaction, climbed)
        of = [(one.claimed.run.practice, one.claimed.run.message, one) for one in climbed]
        if not of:
            return
        self._transaction.execute(CHANGED, [_change(one, now) for one in climbed])
        self._wait_no_more([(practice, message_id, one.claimed.waited_since) for practice, message_id, one in of])
        # A row that is there already says the same.
        due = [(practice, message_id, one.due_at) for practice, message_id, one in of if one.due_at is not None]
        self._transaction.insert_missing(waiting, [{"kind": ESCALATE, **row} for row in ladder_queue.rows_of(due)])

    @override
    def count_failure(self, practice: str, message_id: UUID, retry_after: timedelta, alert_after: int) -> bool:
        rows = ladder_queue.row_of(self._transaction, practice, message_id)
        if not rows:
            return False
        these = (ladder_run.c.practice == practice) & (ladder_run.c.message == message_id)
        # Its row alone: what it says may be what can't be read.
        this = these & (ladder_run.c.number == select(func.max(ladder_run.c.number)).where(these).scalar_subquery())
        again = self._transaction.now() + retry_after
        counted = update(ladder_run).where(this).values(failures=ladder_run.c.failures + 1, due_at=again)
        failures = self._transaction.execute(counted.returning(ladder_run.c.failures)).scalar_one()
        self._wait_no_more([(practice, message_id, rows[0].due_at)])
        self._wait([(practice, message_id, again)])
        if failures < alert_after:
            return False
        failed = update(ladder_run).where(this, ladder_run.c.failed_at.is_(None))
        self._transaction.execute(failed.values(failed_at=self._transaction.now()))
        return True

    @override
    def steps(self, practice: str, message_id: UUID) -> list[TracedStepOfLadder]:
        these = (ladder_step.c.practice == practice) & (ladder_step.c.message == message_id)
        ordered = select(ladder_step).where(these).order_by(ladder_step.c.at, ladder_step.c.run, ladder_step.c.step)
        return [
            TracedStepOfLadder(
                row.run, row.step, row.at, row.planned, row.did, row.because, tuple(row.told), tuple(row.takers)
            )
            for row in self._transaction.execute(ordered)
        ]

    @override
    def holders(self, practice: str, message_id: UUID) -> list[Holder]:
        return ladder_claims.holders_of(self._transaction, practice, message_id)

    @override
    def hold(self, practice: str, message_id: UUID) -> HeldMessage | None:
        return ladder_claims.held(self._transaction, practice, message_id)

    @override
    def overdue(self, practice: str, limit: int) -> list[OverdueMessage]:
        return find_overdue(self._transaction, practice, limit)

    @override
    def is_overdue(self, practice: str, message_id: UUID) -> bool:
        return is_overdue(self._transaction, practice, message_id)

    @override
    def overdue_count(self, practice: str) -> int:
        return count_overdue(self._transaction, practice)


def _change(climbed: Climbed[ClaimedRun | UnreadableRun], now: datetime) -> dict[str, object]:
    run, decision, ending = climbed.claimed.run, climbed.decision, climbed.claimed.ending
    alerted = decision is not None and decision.do is Do.ALERT
    return {
        "of_practice": run.practice,
        "of_message": run.message,
        "of_number": run.number,
        "is_due_at": climbed.due_at,
        "is_due_do": climbed.due_do.value if climbed.due_do else None,
        "is_alerted_at": now if alerted else None,
        "is_ended_at": now if ending else None,
        "is_ended_by": ending.value if ending else None,
    }
