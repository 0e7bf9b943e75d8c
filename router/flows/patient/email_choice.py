"""Turning emails about answers on or off: in the portal, through a frontend, or by the link in an email."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from router.access.portal_links import LinkSpent
from router.access.tokens import digest
from router.actors import Actor, ActorKind
from router.audit import Action, AuditEntry
from router.flows.patient.threads import acting_as, charts_read, reader
from router.messages.conversation import PatientRef
from router.messages.email_choice import (
    EmailChoice,
    ToldReader,
    choice_of,
    notification_in,
    reader_of,
    told_at,
)
from router.ports.services import UnsubscribeTokens
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import AuthorizedUser, Patient


@dataclass(frozen=True, slots=True)
class ChooseEmails:
    """Keeps the choice of each reader on the patient's side. A patient's choice covers charts merged into theirs."""

    database: Database
    tokens: UnsubscribeTokens

    def choice(self, ref: PatientRef) -> EmailChoice:
        """This reader's choice. Raises NotFound if they may read nothing."""
        with self.database.look() as work:
            chart, user = reader(work, ref.practice, ref.patient, ref.actor)
            return choice_of(chart, user, work.email_choices.of(ref.practice, chart.id))

    def choose(self, ref: PatientRef, *, wanted: bool | None) -> EmailChoice:
        """Turn this reader's emails on or off; None returns to the roster's value. Raises NotFound as `choice` does."""
        practice = ref.practice
        with self.database.begin() as work:
            chart, user = reader(work, practice, ref.patient, ref.actor)
            before = choice_of(chart, user, work.email_choices.of(practice, chart.id))
            for one in charts_read(work, practice, chart, user):
                if wanted is None:
                    work.email_choices.forget(practice, one, reader_of(user))
                else:
                    work.email_choices.choose(practice, one, [reader_of(user)], wanted=wanted)
            after = EmailChoice(before.asked, wanted, before.address)
            if after != before:
                work.audit.add([_chosen(practice, ref.by, chart.id, ref.actor, wanted=after.wanted)])
            work.commit()
        return after

    def check(self, token: str) -> None:
        """Raise LinkSpent unless this is the token of an email whose address still gets emails about answers."""
        with self.database.look() as work:
            self._told(work, token)

    def unsubscribe(self, token: str) -> None:
        """Send no more emails about answers in this chart to the address that the token's email went to.

        Can be repeated. It applies to everybody in the chart with that address, because one email notifies all of them.
        Raises LinkSpent as `check` does.
        """
        with self.database.begin() as work:
            told = self._told(work, token)
            chart = work.roster.patients(told.practice, [told.patient])[told.patient]
            readers = told_at(chart, told.address, work.email_choices.of(told.practice, chart.id))
            for one, user in readers:
                charts = [chart.id] if user else _charts_of(work, told.practice, chart)
                for meant in charts:
                    work.email_choices.choose(told.practice, meant, [one], wanted=False)
            work.audit.add([_unsubscribed(told, user) for _, user in readers])
            work.commit()

    def _told(self, work: UnitOfWork, token: str) -> ToldReader:
        """The readers whose token this is. It is valid only for the address that its email went to."""
        notification = notification_in(token)
        told = work.email_choices.told(notification) if notification else None
        # Digests of what must be equal are compared: how long that takes says nothing about either.
        if notification is None or told is None or digest(self.tokens.of(notification, told.address)) != digest(token):
            raise LinkSpent(
                "It is incomplete, or we no longer send emails about answers to this address. "
                "You can always change this under “Emails about answers” on your messages page."
            )
        return told


def _charts_of(work: UnitOfWork, practice: str, chart: Patient) -> Sequence[str]:
    """All charts of one patient: the one that the others were merged into, and those others."""
    newest, passed = chart, {chart.id}
    while newest.replaced_by is not None and newest.replaced_by not in passed:
        passed.add(newest.replaced_by)
        following = work.roster.patients(practice, [newest.replaced_by]).get(newest.replaced_by)
        if following is None:
            break
        newest = following
    return [newest.id, *work.roster.replaced_charts(practice, newest.id)]


def _unsubscribed(told: ToldReader, user: AuthorizedUser | None) -> AuditEntry:
    by = Actor(ActorKind.AUTHORIZED_USER, user.id) if user else Actor(ActorKind.PATIENT, told.patient)
    entry = _chosen(told.practice, by, told.patient, user.id if user else None, wanted=False)
    return replace(entry, details={**entry.details, "by": "link"})


def _chosen(practice: str, by: Actor, patient: str, actor: str | None, *, wanted: bool) -> AuditEntry:
    return AuditEntry(practice, by, Action.EMAILS_CHOSEN, patient, {"wanted": wanted, **acting_as(actor)})
