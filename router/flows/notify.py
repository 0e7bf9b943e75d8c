"""Notifying: lease and commit; talk to the mail server; record and commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from router.journal import SILENCE, Journal
from router.notification import (
    Answer,
    LeasedNotification,
    Mail,
    NotificationState,
    Outcome,
    SentNotification,
    after,
)
from router.ports import Database, Hints, Ids, Mailer

BATCH = 200
LEASE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class NotifiedBatch:
    """What one batch did, by outcome."""

    sent: int = 0
    suppressed: int = 0
    parked: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Notify:
    """Sends the emails that are due. No transaction is open while the mail server is talked to."""

    database: Database
    hints: Hints
    ids: Ids
    mailer: Mailer
    link: Callable[[LeasedNotification], str]
    batch: int = BATCH
    lease_seconds: int = LEASE_SECONDS
    journal: Journal = SILENCE

    def run(self) -> NotifiedBatch:
        """Send one batch and record every answer."""
        token = self.ids.new()
        with self.database.begin() as work:
            leased = work.notifications.lease(token, self.lease_seconds, self.batch)
            now = work.now
            work.commit()
        if not leased:
            return NotifiedBatch()
        mails = [Mail(one.id, one.kind, one.address, self.link(one)) for one in leased if one.suppressed is None]
        answers = {answer.notification: answer for answer in self.mailer.send(mails, now)} if mails else {}
        with self.database.begin() as work:
            outcomes = [_outcome(one, answers.get(one.id), work.now) for one in leased]
            work.notifications.record(token, outcomes)
            trouble = _relay_trouble(answers)
            if trouble is not None:
                work.notifications.pause_relay(trouble.text)
            elif answers:
                work.notifications.resume_relay()
            work.commit()
        self.journal.notified(leased, outcomes)
        if len(leased) == self.batch and trouble is None:
            self.hints.notify()
        return _counted(outcomes)


def _outcome(leased: LeasedNotification, answer: Answer | None, now: datetime) -> SentNotification:
    if leased.suppressed is not None:
        state = NotificationState.SUPPRESSED
        return SentNotification(leased.practice, leased.id, state, now, leased.deferrals, leased.suppressed)
    return after(leased, answer or Answer(leased.id, Outcome.NOT_BEGUN, None, "not begun"), now)


def _relay_trouble(answers: dict[UUID, Answer]) -> Answer | None:
    """The relay's trouble, if it judged no email at all: one that answered to some of the batch is working."""
    judged = (Outcome.SENT, Outcome.REJECTED, Outcome.DEFERRED)
    if any(answer.outcome in judged and answer.code is not None for answer in answers.values()):
        return None
    return next((answer for answer in answers.values() if answer.outcome is Outcome.RELAY), None)


def _counted(outcomes: list[SentNotification]) -> NotifiedBatch:
    states = [one.state for one in outcomes]
    return NotifiedBatch(
        sent=states.count(NotificationState.SENT),
        suppressed=states.count(NotificationState.SUPPRESSED),
        parked=states.count(NotificationState.PARKED),
        waiting=states.count(NotificationState.DUE),
    )
