"""Notifying: lease and commit, talk to the mail server, then record and commit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from router.flows.worker.email_senders import EmailSender, senders_of
from router.messages.merging import MergePlan, outcomes_of_merged, plan_merges
from router.messages.notification import (
    UNBUILT,
    Kind,
    Lease,
    LeasedNotification,
    Mail,
    SendOutcome,
    SentNotification,
    SmtpReply,
    after,
)
from router.messages.relay_health import RelayMemory, RelayVerdict, unclear_refusals, weigh
from router.messages.smtp_replies import without_links, without_secret
from router.messages.states import NotificationState
from router.ports.event_log import NO_EVENT_LOG, EventLog
from router.ports.services import Hints, Ids, Mailer
from router.ports.unit_of_work import Database, UnitOfWork

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
    # The address by which the reader of an email about an answer unsubscribes.
    unsubscribe_link: Callable[[LeasedNotification], str]
    # Told the practice and the notification of an email that could not be built, and the error.
    report: Callable[[str, str, Exception], None]
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
        """Make all leased notifications due now: for a starting process that knows that no other is sending."""
        with self.database.begin() as work:
            work.notifications.end_leases()
            work.commit()

    def send(self, lease: Lease) -> NotifiedBatch:
        """Send what is leased and record every answer."""
        leased = lease.notifications
        if not leased:
            return NotifiedBatch()
        merges = plan_merges(lease)
        answers = self._answers(merges.senders, lease.at)
        with self.database.begin() as work:
            verdict = _weigh(work, leased, answers)
            outcomes = _outcomes(lease, merges, verdict, work.now())
            work.notifications.record(lease.token, outcomes)
            _tend_relay(work, verdict)
            work.commit()
        self.event_log.notified(leased, outcomes)
        return _counted(outcomes, relay_failed=verdict.trouble is not None)

    def _answers(self, notifications: Sequence[LeasedNotification], at: datetime) -> dict[UUID, SmtpReply]:
        """The reply to each. One whose email can't be built is rejected, and keeps no other from being sent."""
        # What the relay refused before comes last: several refusals in a row end the batch.
        mails = self._mails(sorted(notifications, key=lambda notification: notification.refused_before))
        replies = self.mailer.send(mails, at) if mails else []
        answers = {mail.notification: _without_link(mail, reply) for mail, reply in zip(mails, replies, strict=True)}
        unbuilt = [one.id for one in notifications if one.id not in answers]
        return answers | {each: SmtpReply(each, SendOutcome.REJECTED, None, UNBUILT) for each in unbuilt}

    def _mails(self, notifications: Sequence[LeasedNotification]) -> list[Mail]:
        """The emails that can be built; the others are reported."""
        mails: list[Mail] = []
        senders = senders_of(self.database, notifications, lambda practice, error: self.report(practice, "all", error))
        for notification in notifications:
            if notification.kind is Kind.PATIENT_REPLY and notification.practice not in senders:
                continue
            try:
                mails.append(self._mail(notification, senders))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is about this email alone.
                self.report(notification.practice, str(notification.id), error)
        return mails

    def _mail(self, notification: LeasedNotification, senders: Mapping[str, EmailSender]) -> Mail:
        """The email. Only emails to patients name a sender and can be unsubscribed from."""
        told = notification.id, notification.kind, notification.address
        if notification.kind is not Kind.PATIENT_REPLY:
            return Mail(*told, self.link(notification), urgent=notification.urgent, practice=notification.practice)
        sender = senders[notification.practice]
        return Mail(
            *told,
            link=sender.portal_url or self.link(notification),
            sender=sender.name,
            to_portal=bool(sender.portal_url),
            unsubscribe=self.unsubscribe_link(notification),
            practice=notification.practice,
        )


def _outcomes(lease: Lease, merges: MergePlan, verdict: RelayVerdict, now: datetime) -> list[SentNotification]:
    """What became of everything that was leased."""
    suppressed = [one for one in lease.notifications if one.suppressed is not None]
    tried = (*merges.senders, *suppressed)
    own = {one.id: _outcome(one, verdict.replies.get(one.id), now) for one in tried}
    return [*own.values(), *outcomes_of_merged(lease.notifications, merges, own, now)]


def _without_link(mail: Mail, reply: SmtpReply) -> SmtpReply:
    """The reply as recorded, without links: spam filters quote emails, and a quoted link could be used."""
    kept = without_secret(reply.text, mail.secret) if mail.secret else without_links(reply.text)
    return reply if kept == reply.text else replace(reply, text=kept)


def _outcome(leased: LeasedNotification, answer: SmtpReply | None, now: datetime) -> SentNotification:
    if leased.suppressed is not None:
        state = NotificationState.SUPPRESSED
        return SentNotification(leased.practice, leased.id, state, now, leased.deferrals, leased.suppressed)
    return after(leased, answer or SmtpReply(leased.id, SendOutcome.NOT_BEGUN, None, "not begun"), now)


def _weigh(work: UnitOfWork, leased: Sequence[LeasedNotification], answers: dict[UUID, SmtpReply]) -> RelayVerdict:
    """Weigh the replies; earlier refusals are read only if one of these is unclear."""
    tried = {one.id: one for one in leased}
    unclear = unclear_refusals(tried, answers)
    return weigh(tried, answers, work.relay.memory() if unclear else RelayMemory())


def _tend_relay(work: UnitOfWork, verdict: RelayVerdict) -> None:
    if verdict.trouble is not None:
        work.relay.pause(verdict.trouble.text)
    elif verdict.works:
        work.relay.resume()
    if verdict.took:
        work.relay.forget()
    elif verdict.remember:
        work.relay.remember(verdict.remember)


def _counted(outcomes: list[SentNotification], *, relay_failed: bool) -> NotifiedBatch:
    states = [outcome.state for outcome in outcomes]
    return NotifiedBatch(
        sent=states.count(NotificationState.SENT),
        suppressed=states.count(NotificationState.SUPPRESSED),
        parked=states.count(NotificationState.PARKED),
        waiting=states.count(NotificationState.DUE),
        relay_failed=relay_failed,
    )
