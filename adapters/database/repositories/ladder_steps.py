"""Writes what steps of ladders did, and whom they told: those of a batch together, as each is a few rows."""

from collections.abc import Iterable, Iterator
from typing import Any

from adapters.database.tables import ladder_step, notification, step_notice
from adapters.database.transaction import Transaction
from router.coverage.ladder_decisions import Decision
from router.coverage.ladders import DueStep, Run
from router.messages.notification import Kind, Notice, Suppression
from router.messages.states import NotificationState
from router.messaging.ladder import Do
from router.ports.ladders import ClaimedRun, Climbed, UnreadableRun

KINDS = {Do.REMIND: Kind.STAFF_REMINDER, Do.ALERT: Kind.STAFF_ALERT}


def add(transaction: Transaction, climbed: Iterable[Climbed[ClaimedRun | UnreadableRun]]) -> None:
    """Store the steps that were done with. One that was stored before is an error of the database."""
    steps, sent, told = [], [], []
    for one in climbed:
        if one.step is not None and one.decision is not None:
            run = one.claimed.run
            steps.append(_step(run, one.step, one.decision, [notice.staff for notice in one.notices]))
            for mail, notice in _told(run, one.step, one.decision, one.notices):
                sent.append(mail)
                told.append(notice)
    transaction.insert(ladder_step, steps, at=transaction.now())
    transaction.insert(notification, sent, due_at=transaction.now(), deferrals=0, attempts=0)
    transaction.insert(step_notice, told)


def _step(run: Run, step: DueStep, decision: Decision, told: list[str]) -> dict[str, Any]:
    return _key(run, step) | {
        "planned": step.step.do.value,
        "did": decision.do.value if decision.do else None,
        "because": decision.because.value if decision.because else None,
        "told": told,
        "takers": [taker.staff for taker in decision.takers],
    }


def _told(
    run: Run, step: DueStep, decision: Decision, notices: Iterable[Notice]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The notification of each who is told, and the row that says of which step it is."""
    if decision.do not in KINDS:
        return
    for notice in notices:
        state = NotificationState.DUE if notice.has_address else NotificationState.SUPPRESSED
        reason = None if notice.has_address else Suppression.NO_ADDRESS.value
        mail = {"practice": run.practice, "id": notice.notification, "kind": KINDS[decision.do].value}
        of = {"notification": notice.notification, "staff": notice.staff, "cause": decision.do.value}
        yield mail | {"state": state.value, "reason": reason}, _key(run, step) | of


def _key(run: Run, step: DueStep) -> dict[str, Any]:
    return {"practice": run.practice, "message": run.message, "run": run.number, "step": step.index}
