"""Answering: reading the thread, claiming, releasing and replying, each through the person's own delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from router.audit import Action
from router.coverage.answer_by import AnswerTimes
from router.errors import Conflict, FieldError, Invalid
from router.flows.hand_over import let_go_of
from router.flows.ladders import begin_next_run
from router.flows.practice import held_practice, known_practice, read_snapshot
from router.flows.staff.answered import answer
from router.flows.staff.answered_meanwhile import check_seen, shown_on_record
from router.flows.staff.conversation import StaffThread, read_on_record, read_thread
from router.flows.staff.give_back import give_back
from router.flows.staff.own_delivery import (
    audited,
    check_here,
    check_may_answer,
    digest_of,
    hold_delivery,
    names_of,
    own_delivery,
    repeated,
    staffing_of,
)
from router.flows.staff.staying import hold_to_keep
from router.flows.staff.undo import remember
from router.messages.conversation import (
    Author,
    Conversation,
    Entry,
    HandledMeanwhile,
    answered_with,
    shown_as,
)
from router.messages.drafts import DraftKind
from router.messages.email_choice import choice_of, reader_of
from router.messages.events import EventKind, NewEvent
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.message import BODY_LIMIT
from router.messages.notification import Suppression
from router.messages.quick_texts import unfilled
from router.messages.replies import NewReply, ReplyReader
from router.messages.routing import NewDelivery
from router.messages.states import DeliveryState
from router.messages.undo import UndoableAct
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import Patient
from router.text import problem_with


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """A reply to send.

    `last_seen` is the newest entry that its author has seen; None: the message of the delivery. A repeat with the same
    `idempotency_key` sends no second reply. `keep_open` promises another answer: the delivery stays open.
    `seen_handling` is the `InboxItem.handling` that its author saw; where it is None, nothing is compared.
    """

    body: str = field(repr=False)
    last_seen: UUID | None = None
    idempotency_key: str | None = None
    keep_open: bool = False
    seen_handling: str | None = None

    def fingerprint(self, ref: DeliveryRef) -> str:
        """The digest that distinguishes a repeat from a different reply. Default values aren't part of it."""
        kept = ("keep_open",) if self.keep_open else ()
        return digest_of(str(ref.delivery), ref.staff, self.body, *kept)


@dataclass(frozen=True, slots=True)
class ReplyToMessages:
    """Answering and claiming."""

    database: Database
    hints: Hints
    ids: Ids
    zones: TimeZones

    def conversation(self, ref: DeliveryRef, *, earlier: bool = False) -> StaffThread:
        """The thread as a delivery shows it; `earlier`: all of it. Raises NotFound for another person's delivery."""
        with self.database.begin() as work:
            item = own_delivery(work, ref)
            thread = read_thread(work, ref.practice, item, names_of(work, ref.practice), earlier=earlier)
            work.audit.add([read_on_record(ref, item.conversation, earlier=earlier)])
            work.commit()
        return thread

    def claim(self, ref: DeliveryRef) -> None:
        """Own the conversation.

        Raises NotFound, and Conflict naming the owner if an active person owns it, or while the practice is changed.
        """
        practice, staff = ref.practice, ref.staff
        with self.database.begin() as work:
            item = hold_delivery(work, ref)
            check_here(item)
            owner = item.owner
            if owner == staff:
                return
            if owner is not None and staffing_of(work, practice).is_active(owner):
                raise Conflict(f"The conversation is owned by {names_of(work, practice)[owner]} ({owner}).")
            hold_to_keep(work, ref)
            before = work.undo.stand(practice, item.conversation)
            if item.state is DeliveryState.DONE:
                self._take_up(work, practice, item)
            work.replies.own(practice, item.conversation, staff)
            work.replies.handle(practice, item.message, staff)
            remember(work, ref, item, UndoableAct.CLAIM, before)
            work.audit.add([audited(ref, Action.CONVERSATION_CLAIMED)])
            work.commit()

    def release(self, ref: DeliveryRef) -> tuple[str, ...]:
        """Stop owning it; returns who got back what would otherwise be left with nobody.

        Raises NotFound, and Conflict if somebody else owns it or nobody active would get it.
        """
        practice = ref.practice
        with self.database.begin() as work:
            tenant = held_practice(work, practice)
            item = hold_delivery(work, ref)
            owner = item.owner
            if owner is None:
                return ()
            if owner != ref.staff:
                raise Conflict(f"The conversation is owned by {names_of(work, practice)[owner]} ({owner}).")
            before = work.undo.stand(practice, item.conversation)
            work.replies.own(practice, item.conversation, None)
            takers = give_back(work, self.ids, tenant, item)
            told = let_go_of(work, self.ids, practice, item.conversation, ref.staff)
            remember(work, ref, item, UndoableAct.RELEASE, before)
            said = {"to": ", ".join(takers)} if takers else {}
            work.audit.add([audited(ref, Action.CONVERSATION_RELEASED, **said)])
            work.commit()
        if takers or told:
            self.hints.notify()
        return takers

    def reply(self, ref: DeliveryRef, request: ReplyRequest) -> Entry:
        """Answer the patient's side, under the name that it already knows.

        Raises NotFound, Invalid, KeyReused, Conflict for a delivery that has gone to somebody else, and SeenTooLittle
        when a colleague has answered since `last_seen`; HandledMeanwhile, as `seen_handling` says.
        """
        wrong = problem_with(request.body, BODY_LIMIT, lines=True) or _problem_with_fields(request.body)
        if wrong:
            raise Invalid("The reply is not valid.", [FieldError("body", wrong)])
        practice, key = ref.practice, request.idempotency_key
        digest = request.fingerprint(ref)
        with shown_on_record(self.database, ref), self.database.begin() as work:
            item = hold_delivery(work, ref)
            before = repeated(work.replies.replied(practice, key) if key else None, digest)
            if before is not None:
                return work.conversations.entry(practice, item.conversation, before)
            entries = work.conversations.written(practice, [item.conversation])
            check_may_answer(work, practice, item)
            check_seen(work, ref, item, entries, request.last_seen)
            _check_handling(item, request.seen_handling)
            if request.keep_open:
                hold_to_keep(work, ref)
            new = self._add(work, ref, item, request)
            answered = answered_with(entries, request.last_seen, item.message)
            self._finish(work, practice, item, answered, keep_open=request.keep_open)
            entry = Entry(new.id, new.conversation, Author.STAFF, item.staff, new.shown_as, work.now(), new.body)
            if item.owner is None or (request.keep_open and not _is_held(work, practice, item.message)):
                work.replies.own(practice, item.conversation, item.staff)
            work.audit.add([audited(ref, Action.REPLIED)])
            work.commit()
        self.hints.notify()
        return entry

    def _add(self, work: UnitOfWork, ref: DeliveryRef, item: InboxItem, request: ReplyRequest) -> NewReply:
        """Store the reply, with a notification for each reader who should get one."""
        practice = ref.practice
        thread = work.conversations.get(practice, [item.conversation])[item.conversation]
        new = NewReply(
            id=self.ids.new(),
            conversation=thread.id,
            delivery=item.delivery,
            author=item.staff,
            shown_as=shown_as(thread, item.staff, names_of(work, practice)[item.staff]),
            body=request.body.strip(),
            fingerprint=request.fingerprint(ref),
            idempotency_key=request.idempotency_key,
        )
        chart = work.roster.patients(practice, [item.patient])[item.patient]
        chosen = work.email_choices.of(practice, chart.id)
        readers = [(self.ids.new(), reader) for reader in readers_to_tell(chart, thread, chosen)]
        work.replies.add(practice, new, readers)
        return new

    def _finish(
        self, work: UnitOfWork, practice: str, item: InboxItem, answered: Sequence[UUID], *, keep_open: bool
    ) -> None:
        """Finish the delivery, or keep it open, and write the events for frontends."""
        work.drafts.discard(practice, item.delivery, DraftKind.REPLY)
        work.snoozes.remove(practice, item.delivery)
        if keep_open and item.state in {DeliveryState.DONE, DeliveryState.MOVED}:
            # It is theirs again, as they promise a further answer.
            self._open_again(work, practice, item)
        work.inbox.mark(practice, item.delivery, DeliveryState.READ if keep_open else DeliveryState.DONE)
        work.replies.handle(practice, item.message, item.staff)
        replied = NewEvent(EventKind.REPLIED, item.patient, item.conversation)
        work.events.add(practice, [replied, *answer(work, practice, item, answered)])
        if keep_open:
            times = AnswerTimes(read_snapshot(work, known_practice(work, practice)), self.zones.get)
            work.undo.forget(practice, item.delivery)
            work.replies.keep_open(practice, item.message, times.answer_by(item.site, item.topic))
            # It waits again, also where it had been answered or finished before.
            begin_next_run(work, times.snapshot.practice, replace(item, waits=True), answered=True)

    def _take_up(self, work: UnitOfWork, practice: str, item: InboxItem) -> None:
        """Open again, as read, what waits although they were done with what they had been asked about it."""
        if item.message in work.corrections.waiting(practice, item.conversation):
            self._open_again(work, practice, item)
            work.inbox.mark(practice, item.delivery, DeliveryState.READ)

    def _open_again(self, work: UnitOfWork, practice: str, item: InboxItem) -> None:
        """Have what they were done with, or what had gone, in their open inbox again, without an email."""
        again = NewDelivery(self.ids.new(), item.recipient, Suppression.READ_ALREADY)
        work.replies.give(practice, item.message, again, None, reopen=True)


def _is_held(work: UnitOfWork, practice: str, message: UUID) -> bool:
    """Whether somebody who must take care of a message has it in their open inbox."""
    return any(holder.is_current and holder.has_it_open for holder in work.ladders.holders(practice, message))


def readers_to_tell(chart: Patient, thread: Conversation, chosen: Mapping[str, bool]) -> list[ReplyReader]:
    """The readers on the patient's side who have an address and asked for emails, or have `chosen` them since.

    They include people who asked but later chose otherwise: their notification is suppressed with that reason.
    """
    users = () if thread.private else (user for user in chart.authorized_users if user.may_read)
    readers = {reader_of(user): choice_of(chart, user, chosen) for user in (None, *users)}
    return [
        ReplyReader(reader, choice.address)
        for reader, choice in readers.items()
        if choice.address and (choice.asked or choice.wanted)
    ]


def _problem_with_fields(body: str) -> str | None:
    """Say in words which field of a quick text was left in the reply, or None."""
    left = unfilled(body)
    return f"still contains {' and '.join(left)}: fill it in or delete it" if left else None


def _check_handling(item: InboxItem, seen: str | None) -> None:
    """Raise HandledMeanwhile if a colleague has claimed, finished or answered it since: they may have phoned."""
    if seen is not None and item.handled_by not in {None, item.staff} and item.handling != seen:
        raise HandledMeanwhile
