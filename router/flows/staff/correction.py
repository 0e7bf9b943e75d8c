"""The right topic: staff move a conversation that a patient wrote under another one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from router.audit import Action
from router.coverage.answer_by import AnswerTimes
from router.errors import Conflict, Forbidden, Invalid
from router.flows.hand_over import let_go, new_delivery
from router.flows.ladders import begin_run
from router.flows.on_call import UrgentMessage, call_on, people_on_call
from router.flows.practice import held_practice, read_snapshot
from router.flows.staff.answered_meanwhile import check_seen, shown_on_record
from router.flows.staff.forward import NOTE_LIMIT
from router.flows.staff.own_delivery import audited, check_here, hold_delivery
from router.messages.cascade import HandOver, Question, Recipient, Resolution, resolve
from router.messages.conversation import Conversation
from router.messages.events import EventKind, NewEvent
from router.messages.hand_overs import UndoneDelivery
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.priority import Priority
from router.messages.routing import ClaimedMessage, Routed
from router.messages.states import DeliveryState
from router.messages.topic_change import TopicChange
from router.messaging.snapshot import PracticeSnapshot
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.availability import represent
from router.practice.topics import Topic
from router.text import problem_with

ONLY_THEIRS = "The patient chose who gets it. Only that person, their cover or the owner can move it."


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """The right topic, with a note for staff. As with a reply, a colleague's entry since `last_seen` refuses it.

    `readers` are those whom a look has named: others refuse it. Where it is None, nothing is compared.
    """

    topic: Topic
    note: str = field(default="", repr=False)
    last_seen: UUID | None = None
    readers: frozenset[str] | None = None


class OtherReaders(Conflict):
    """Since the look, others would be able to read the conversation."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The effect of a correction: what the patient reads in To:, who gets the conversation, and which messages."""

    topic: Topic
    to: str
    readers: tuple[str, ...]
    names: Mapping[str, str]
    given: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class _Case:
    """A conversation that the transaction has locked, and its new topic."""

    item: InboxItem
    thread: Conversation
    snapshot: PracticeSnapshot
    topic: Topic
    resolution: Resolution
    # What the topic's recipients get: the corrected message, and what nobody has answered or finished.
    given: frozenset[UUID]
    # What is urgent in it and waits, and who is on call for that.
    urgent: frozenset[UUID]
    on_call: tuple[str, ...]

    @property
    def readers(self) -> tuple[str, ...]:
        """Who has it afterwards: those who get the topic, and who is on call for what is urgent."""
        return tuple(dict.fromkeys((*(one.staff for one in self.resolution.recipients), *self.on_call)))


@dataclass(frozen=True, slots=True)
class CorrectTopic:
    """Moving a conversation to the right topic."""

    database: Database
    hints: Hints
    ids: Ids
    zones: TimeZones

    def look(self, ref: DeliveryRef, topic: Topic) -> Correction:
        """Who will be able to read the conversation under this topic; nothing is changed. Raises as `correct` does."""
        with self.database.begin() as work:
            case = self._case(work, ref, topic)
            return _told(case)

    def correct(self, ref: DeliveryRef, request: CorrectionRequest) -> Correction:
        """Move the conversation. Its unfinished messages leave their holders' inboxes and go to the topic's recipients.

        While the practice is closed, an urgent message stays with the people on call, or goes to them: the others may
        not see it before the morning.
        Nothing changes if the conversation already has this topic. Raises NotFound, Invalid, Forbidden for another
        person's conversation with a chosen provider, Conflict for a delivery that has gone to somebody else,
        SeenTooLittle if a colleague has answered since `last_seen`, and OtherReaders as `readers` says.
        """
        wrong = problem_with(request.note, NOTE_LIMIT, lines=True) if request.note.strip() else None
        if wrong:
            raise Invalid.at("note", wrong)
        with shown_on_record(self.database, ref), self.database.begin() as work:
            case = self._case(work, ref, request.topic)
            if case.thread.topic is request.topic:
                return _told(case)
            entries = work.conversations.written(ref.practice, [case.thread.id])
            check_seen(work, ref, case.item, entries, request.last_seen)
            if request.readers is not None and request.readers != set(case.readers):
                raise OtherReaders("Other people would be able to read it now.")
            self._move(work, ref, case, request.note.strip() or None)
            said = {"from": case.thread.topic.value, "to": request.topic.value}
            work.audit.add([audited(ref, Action.TOPIC_CORRECTED, **said)])
            work.commit()
        self.hints.notify()
        self.hints.escalate()
        return _told(case)

    def _case(self, work: UnitOfWork, ref: DeliveryRef, topic: Topic) -> _Case:
        tenant = held_practice(work, ref.practice)
        item = hold_delivery(work, ref)
        check_here(item)
        thread = work.conversations.get(ref.practice, [item.conversation])[item.conversation]
        snapshot = read_snapshot(work, tenant)
        _check(thread, topic, ref.staff, snapshot)
        chart = work.roster.patients(ref.practice, [thread.patient])[thread.patient]
        question = Question(topic, thread.site, None, None, tuple(member.staff for member in chart.care_team))
        resolution = resolve(question, snapshot.messaging, snapshot.staffing, snapshot.at)
        if not resolution.recipients:
            raise Conflict("Nobody active would get it.")
        undone = work.corrections.undone(ref.practice, thread.id)
        given = _given(work, ref.practice, item, undone)
        urgent = _urgent(work, ref.practice, item, [one for one in undone if one.message in given])
        called = people_on_call(work, self.zones, tenant, question, private=thread.private) if urgent else ()
        return _Case(item, thread, snapshot, topic, resolution, given, urgent, tuple(one.staff for one in called))

    def _move(self, work: UnitOfWork, ref: DeliveryRef, case: _Case, note: str | None) -> None:
        practice, thread = ref.practice, case.thread
        if case.item.state is DeliveryState.DONE and case.item.waits:
            # Who was done with it, and moves it, leaves it to others after all.
            work.inbox.mark(practice, ref.delivery, DeliveryState.UNREAD)
        undone = work.corrections.undone(practice, thread.id)
        waiting = {one.message: one for one in undone}
        items = {message: work.inbox.item(practice, one.delivery) for message, one in waiting.items()}
        to = case.snapshot.messaging.in_force(thread.site)[case.topic].display_name
        change = TopicChange(thread.id, work.now(), thread.topic, case.topic, to, ref.staff, case.item.message, note)
        work.corrections.correct(practice, thread, change)
        leaving = [one for one in undone if not _keeps(case, one)]
        work.replies.move(practice, [one.delivery for one in leaving])
        for one in waiting.values():
            item = items[one.message]
            # Of what is answered or finished already nobody new has to take care.
            if item is not None and one.message in case.given:
                self._give(work, practice, case, (one, [other for other in undone if other.message == one.message]))
                self._begin(work, case, replace(item, topic=case.topic))
        left_by = {thread.owner or "", *(one.staff for one in leaving), *_done_with(work, practice, case.item.message)}
        let_go(work, self.ids, practice, [thread.id], left_by)
        for message in sorted(case.urgent):
            urgent = UrgentMessage(message, thread.id, thread.patient, giver=ref.staff)
            call_on(work, self.ids, self.zones, case.snapshot.practice, urgent)
        more = {"from": thread.topic.value, "to": case.topic.value}
        work.events.add(practice, [NewEvent(EventKind.TOPIC_CHANGED, thread.patient, thread.id, more=more)])

    def _give(
        self, work: UnitOfWork, practice: str, case: _Case, held: tuple[UndoneDelivery, Sequence[UndoneDelivery]]
    ) -> None:
        """Put one message into the inboxes of the topic's recipients; those who already have it keep it."""
        one, deliveries = held
        question = Question(case.topic, case.thread.site)
        claimed = ClaimedMessage(practice, one.message, case.thread.id, case.thread.patient, question)
        work.routing.resolve_again(Routed(claimed, case.resolution, ()))
        keeping = {delivery.staff for delivery in deliveries}
        for found in case.resolution.recipients:
            recipient = Recipient(found.staff, HandOver.CORRECTION, found.represents)
            new = new_delivery(self.ids, recipient, case.snapshot.staffing.members[found.staff].email)
            work.replies.give(practice, one.message, new, None, reopen=found.staff not in keeping)

    def _begin(self, work: UnitOfWork, case: _Case, item: InboxItem) -> None:
        """Begin the run of a message under its new topic; the answer is due at the earlier of the two times.

        Whoever was done with it before leaves it to its new recipients: what is urgent stands first for them.
        """
        practice = case.snapshot.practice
        work.urgency.rise(practice.id, item.message)
        before = work.ladders.latest(practice.id, item.message)
        begin_run(work, practice, item, clock=before.clock if before is not None else item.written_at)
        told = AnswerTimes(case.snapshot, self.zones.get).answer_by(case.thread.site, case.topic)
        earlier = min((moment for moment in (told, item.answer_by) if moment is not None), default=None)
        if item.waits and earlier is not None and earlier != item.answer_by:
            work.corrections.renew_answer_by(practice.id, item.message, earlier)


def _given(work: UnitOfWork, practice: str, item: InboxItem, undone: Sequence[UndoneDelivery]) -> frozenset[UUID]:
    """What goes to the recipients: of what somebody has open, the message itself, and what nobody has finished."""
    open_ones = {one.message for one in undone}
    if item.waits:
        open_ones.add(item.message)
    return frozenset(open_ones & {item.message, *work.corrections.waiting(practice, item.conversation)})


def _done_with(work: UnitOfWork, practice: str, message: UUID) -> set[str]:
    """Who was done with a message, and so doesn't take care of it under its new topic."""
    return {one.staff for one in work.ladders.holders(practice, message) if one.state is DeliveryState.DONE}


def _urgent(work: UnitOfWork, practice: str, item: InboxItem, given: Sequence[UndoneDelivery]) -> frozenset[UUID]:
    """The messages that are urgent and wait for an answer, of this one and those that go to the new recipients."""
    items = [item, *(work.inbox.item(practice, one.delivery) for one in given)]
    waiting = (one for one in items if one is not None and one.waits)
    return frozenset(one.message for one in waiting if one.priority is Priority.URGENT)


def _keeps(case: _Case, undone: UndoneDelivery) -> bool:
    """Whether its holder keeps a delivery: they get the topic, or are on call for what is urgent."""
    called = undone.staff in case.on_call and undone.message in case.urgent
    return called or any(recipient.staff == undone.staff for recipient in case.resolution.recipients)


def may_move(thread: Conversation, staff: str, snapshot: PracticeSnapshot) -> bool:
    """Whether a holder of a conversation may move it: one with a chosen provider, only they, a cover or the owner."""
    if thread.chosen is None:
        return True
    cover = represent(thread.chosen, snapshot.staffing, snapshot.at).taken_by
    return staff in {thread.chosen, cover, thread.owner}


def _check(thread: Conversation, topic: Topic, staff: str, snapshot: PracticeSnapshot) -> None:
    if not snapshot.messaging.in_force(thread.site)[topic].enabled:
        raise Invalid.at("topic", "is off at this site")
    if not may_move(thread, staff, snapshot):
        raise Forbidden(ONLY_THEIRS)


def _told(case: _Case) -> Correction:
    to = case.snapshot.messaging.in_force(case.thread.site)[case.topic].display_name
    names = {staff: case.snapshot.name_of(staff) for staff in case.readers}
    return Correction(case.topic, to, case.readers, names, case.given)
