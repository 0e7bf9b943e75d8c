"""Notifying: lease and commit; talk to the mail server; record and commit."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from router.messages.notification import (
    Lease,
    LeasedNotification,
    Mail,
    SendOutcome,
    SentNotification,
    SmtpReply,
    after,
)
from router.messages.smtp_replies import without_links, without_secret
from router.messages.states import NotificationState
from router.ports.event_log import NO_EVENT_LOG, EventLog
from router.ports.services import Hints, Ids, Mailer
from router.ports.unit_of_work import Database

BATCH = 250
# Well beyond the time that a batch takes at the very most.
LEASE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class NotifiedBatch:
    """What one batch did, by outcome."""

    sent: int = 0
    suppressed: int = 0
    parked: int = 0
    waiting: int = 0
    relay_failed: bool = False


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
    event_log: EventLog = NO_EVENT_LOG

    def run(self) -> NotifiedBatch:
        """Lease one batch, send it and record every answer."""
        with self.database.begin() as work:
            lease = work.notifications.lease(self.ids.new(), self.lease_seconds, self.batch)
            work.commit()
        done = self.send(lease)
        if len(lease.notifications) == self.batch and not done.relay_failed:
            self.hints.notify()
        return done

    def end_leases(self) -> None:
        """Make everything that is leased due now: for a process that begins where no other one can be sending."""
        with self.database.begin() as work:
            work.notifications.end_leases()
            work.commit()

    def send(self, lease: Lease) -> NotifiedBatch:
        """Send what is leased and record every answer."""
        leased = lease.notifications
        if not leased:
            return NotifiedBatch()
        mails = [
            Mail(notification.id, notification.kind, notification.address, self.link(notification))
            for notification in leased
            if notification.suppressed is None
        ]
        replies = self.mailer.send(mails, lease.at) if mails else []
        answers = {mail.notification: _without_link(mail, reply) for mail, reply in zip(mails, replies, strict=True)}
        with self.database.begin() as work:
            outcomes = [_outcome(notification, answers.get(notification.id), work.now()) for notification in leased]
            work.notifications.record(lease.token, outcomes)
            trouble = _relay_trouble(answers)
            if trouble is not None:
                work.notifications.pause_relay(trouble.text)
            elif answers:
                work.notifications.resume_relay()
            work.commit()
        self.event_log.notified(leased, outcomes)
        return _counted(outcomes, relay_failed=trouble is not None)


def _without_link(mail: Mail, reply: SmtpReply) -> SmtpReply:
    """The reply as it is recorded: spam filters quote the email, and whoever reads its link could use it."""
    kept = without_secret(reply.text, mail.secret) if mail.secret else without_links(reply.text)
    return reply if kept == reply.text else replace(reply, text=kept)


def _outcome(leased: LeasedNotification, answer: SmtpReply | None, now: datetime) -> SentNotification:
    if leased.suppressed is not None:
        state = NotificationState.SUPPRESSED
        return SentNotification(leased.practice, leased.id, state, now, leased.deferrals, leased.suppressed)
    return after(leased, answer or SmtpReply(leased.id, SendOutcome.NOT_BEGUN, None, "not begun"), now)


def _relay_trouble(answers: dict[UUID, SmtpReply]) -> SmtpReply | None:
    """The relay's trouble, if it judged no email at all: one that answered to some of the batch is working."""
    judged = (SendOutcome.SENT, SendOutcome.REJECTED, SendOutcome.DEFERRED)
    if any(answer.outcome in judged and answer.code is not None for answer in answers.values()):
        return None
    return next((answer for answer in answers.values() if answer.outcome is SendOutcome.RELAY), None)


def _counted(outcomes: list[SentNotification], *, relay_failed: bool) -> NotifiedBatch:
    states = [outcome.state for outcome in outcomes]
    return NotifiedBatch(
        sent=states.count(NotificationState.SENT),
        suppressed=states.count(NotificationState.SUPPRESSED),
        parked=states.count(NotificationState.PARKED),
        waiting=states.count(NotificationState.DUE),
        relay_failed=relay_failed,
    )
