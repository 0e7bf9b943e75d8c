"""Accepting what patients write: checked against the compose form, stored and committed, then hinted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from router.actors import Actor, ActorKind
from router.audit import Action, AuditEntry
from router.errors import (
    DATABASE_TROUBLE,
    Defective,
    KeyReused,
    NotFound,
    Refusal,
    ReplyRefused,
    Unauthenticated,
)
from router.flows.patient.draft_context import DraftContext
from router.flows.patient.fingerprint import fingerprint, key_reference
from router.flows.patient.threads import put_on_record
from router.flows.patient.urgency import audited
from router.messages.acceptance import AcceptOutcome, KnownMessage, NewMessage, Opening, Receipt
from router.messages.compose import ComposeForm, FormRefused, check
from router.messages.conversation import may_read
from router.messages.message import AnyDraft, Draft, ReplyDraft, check_texts
from router.ports.event_log import NO_EVENT_LOG, EventLog
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class Accept:
    """Accepts messages, one or five hundred in one transaction.

    `report` is called with the practice, the reference of the idempotency key (see key_reference) and the error, for
    each message that meets a defect.
    """

    database: Database
    hints: Hints
    ids: Ids
    zones: TimeZones
    report: Callable[[str, str, Exception], None]
    event_log: EventLog = NO_EVENT_LOG

    def form(self, practice: str, patient: str, actor: str | None, site: str | None, by: Actor) -> ComposeForm:
        """What this actor may write now. Raises NotFound for an unknown patient, authorized user or site."""
        with self.database.look() as work:
            tenant = work.practices.get(practice, with_time=True)
            if tenant is None:
                raise NotFound.at("practice", "is not known")
            context = DraftContext.read(work, tenant, self.zones, [patient])
            known, user = context.people(patient, actor, field="actor")
            form = context.times.on(context.form(known, user, site))
            if site is not None and all(site != one.id for one in form.sites):
                raise NotFound.at("site", "is not one of the patient's sites")
        put_on_record(self.database, AuditEntry(practice, by, Action.FORM_READ, patient))
        return form

    def accept(self, practice: str, drafts: Sequence[AnyDraft], by: Actor) -> list[AcceptOutcome]:
        """Store what fits and refuse the rest, one answer for each draft in the same order.

        When this returns, every receipt stands for a committed message. If a group fails, its drafts are accepted one
        by one, so a defect of one (reported, and answered with Defective) doesn't affect the others. Each draft is
        answered with Unauthenticated if its API key was revoked before the transaction that would store it, and with
        NotFound if there is no such practice.

        Raises only UnknownOutcomeError and UnavailableError, for all drafts, when the database connection is lost: the
        caller repeats the request with the same idempotency keys.
        """
        try:
            return self._accept_together(practice, drafts, by)
        except DATABASE_TROUBLE:
            raise
        except Exception:  # noqa: BLE001 - the error may concern any one of the drafts.
            if len(drafts) == 1:
                return [self._accept_again(practice, drafts[0], by)]
            return [outcome for draft in drafts for outcome in self.accept(practice, [draft], by)]

    def _accept_again(self, practice: str, draft: AnyDraft, by: Actor) -> AcceptOutcome:
        """Accept a single draft that has failed before: another process may have stored the same key meanwhile."""
        try:
            return self._accept_together(practice, [draft], by)[0]
        except DATABASE_TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer.
            self.report(practice, key_reference(draft.idempotency_key), error)
            return Defective("The message could not be handled. The error has been recorded.")

    def _accept_together(self, practice: str, drafts: Sequence[AnyDraft], by: Actor) -> list[AcceptOutcome]:
        """Accept drafts in one transaction. What is refused as a whole is the answer to each of them."""
        try:
            return self._store(practice, drafts, by)
        except Refusal as refusal:
            return [refusal] * len(drafts)

    def _store(self, practice: str, drafts: Sequence[AnyDraft], by: Actor) -> list[AcceptOutcome]:
        with self.database.begin() as work:
            opening = _open(work, practice, drafts, by)
            known = dict(opening.known)
            threads = [draft.conversation for draft in drafts if isinstance(draft, ReplyDraft)]
            patients = [draft.patient for draft in drafts]
            context = DraftContext.read(work, opening.practice, self.zones, patients, threads)
            accepted: list[NewMessage] = []
            answers: list[AcceptOutcome] = []
            for draft in drafts:
                answer = self._check(context, draft, known)
                if isinstance(answer, NewMessage):
                    accepted.append(answer)
                    answer = answer.receipt(work.now())
                    known[draft.idempotency_key] = KnownMessage(accepted[-1].fingerprint, answer)
                answers.append(answer)
            if accepted:
                work.messages.add(practice, accepted)
                work.audit.add([audited(practice, message, by) for message in accepted])
                # This hint is on its way to a worker while the message is on its way to the disk. The one after the
                # commit makes up for it where the worker was there first.
                self.hints.route()
                work.commit()
        if accepted:
            self.hints.route()
            self.event_log.accepted(practice, [message.receipt(work.now()) for message in accepted])
        return answers

    def _check(
        self, context: DraftContext, draft: AnyDraft, known: dict[str, KnownMessage]
    ) -> NewMessage | Receipt | Refusal:
        digest = fingerprint(draft)
        before = known.get(draft.idempotency_key)
        if before is not None:
            if before.fingerprint == digest:
                return before.receipt
            return KeyReused.at("idempotency_key", "was already used for a message with different fields")
        try:
            if isinstance(draft, ReplyDraft):
                return context.with_urgency(self._checked_reply(context, draft, digest), draft)
            return context.with_urgency(self._checked(context, draft, digest), draft)
        except FormRefused as refusal:
            refusal.form = context.times.on(refusal.form)
            return refusal
        except Refusal as refusal:
            return refusal

    def _checked(self, context: DraftContext, draft: Draft, digest: str) -> NewMessage:
        check_texts(draft)
        patient, sender = context.people(draft.patient, draft.sender, field="sender")
        form = context.form(patient, sender, draft.site)
        display_name = check(form, draft.topic, draft.site, draft.to)
        context.started[draft.patient] += 1
        return NewMessage(
            id=self.ids.new(),
            conversation=self.ids.new(),
            patient=draft.patient,
            sender=draft.sender,
            topic=draft.topic,
            site=form.site,
            chosen=draft.to,
            display_name=display_name,
            subject=draft.subject.strip(),
            body=draft.body.strip(),
            private=draft.private,
            idempotency_key=draft.idempotency_key,
            fingerprint=digest,
            answer_by=context.times.answer_by(form.site, draft.topic),
        )

    def _checked_reply(self, context: DraftContext, draft: ReplyDraft, digest: str) -> NewMessage:
        """Topic, site and To: come from the conversation; a topic that was switched off since blocks nothing."""
        check_texts(draft)
        thread = context.thread(draft)
        patient, sender = context.people(draft.patient, draft.sender, field="sender")
        if not may_read(thread, sender):
            raise NotFound.at("conversation", "is not known")
        reason = context.cannot_reply(thread, patient, sender)
        if reason is not None:
            raise ReplyRefused(reason.value)
        body = draft.body.strip()
        context.count(thread, body)
        return NewMessage(
            id=self.ids.new(),
            conversation=thread.id,
            patient=draft.patient,
            sender=draft.sender,
            topic=thread.topic,
            site=thread.site,
            chosen=thread.chosen,
            display_name=thread.display_name,
            subject=thread.subject,
            body=body,
            private=thread.private,
            idempotency_key=draft.idempotency_key,
            fingerprint=digest,
            starts_conversation=False,
            answer_by=context.times.answer_by(thread.site, thread.topic),
        )

    def receipt(self, practice: str, message: UUID) -> Receipt:
        """What became of a message, as the patient's side may know it. Raises NotFound."""
        with self.database.look() as work:
            receipt = work.messages.receipt(practice, message)
        if receipt is None:
            raise NotFound("There is no such message.")
        return receipt

    def receipt_by_key(self, practice: str, idempotency_key: str) -> Receipt:
        """The receipt of the message that this key belongs to. Raises NotFound."""
        with self.database.look() as work:
            known = work.messages.known(practice, [idempotency_key])
        if idempotency_key not in known:
            raise NotFound("There is no message with this idempotency key.")
        return known[idempotency_key].receipt


def _open(work: UnitOfWork, practice: str, drafts: Sequence[AnyDraft], by: Actor) -> Opening:
    """Read what comes first. Raises NotFound for the practice and Unauthenticated for a key that was revoked."""
    key = by.id if by.kind is ActorKind.KEY else None
    opening = work.messages.open(practice, [draft.idempotency_key for draft in drafts], key)
    if opening is None:
        raise NotFound.at("practice", "is not known")
    if not opening.key_in_force:
        raise Unauthenticated("The key is not valid.")
    return opening
