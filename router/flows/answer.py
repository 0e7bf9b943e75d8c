"""What staff do with a delivery: claim and release, reply, forward. Each through a delivery of their own."""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from router.actors import Actor
from router.answers import EventKind, HandedOver, NewEvent, NoteOnHandOver, Reader, Reply
from router.audit import Action, AuditEntry
from router.availability import Staffing
from router.cascade import HandOver, Recipient
from router.conversation import Author, Conversation, Entry, shown_as
from router.errors import Conflict, FieldError, Invalid, KeyReused, NotFound, SeenTooLittle
from router.flows.hand_over import new_delivery
from router.message import BODY_LIMIT, DeliveryState
from router.people import Patient
from router.ports import Database, Hints, Ids, UnitOfWork
from router.records import InboxItem
from router.text import problem_with

NOTE_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class StaffThread:
    """A conversation as staff see it: real names, and the notes that they wrote to each other."""

    conversation: Conversation
    entries: tuple[Entry, ...]
    notes: tuple[NoteOnHandOver, ...]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Forwarding:
    """To whom, why, and whether the whole conversation goes with it."""

    to: str
    note: str
    whole_conversation: bool


@dataclass(frozen=True, slots=True)
class AnswerMessages:
    """Answering, claiming and handing on."""

    database: Database
    hints: Hints
    ids: Ids

    def conversation(self, practice: str, delivery: UUID, staff: str, by: Actor) -> StaffThread:
        """The whole thread of a delivery. Raises NotFound when the delivery is not this person's."""
        with self.database.begin() as work:
            item = _own(work, practice, delivery, staff)
            thread = work.conversations.get(practice, [item.conversation])[item.conversation]
            found = StaffThread(
                thread,
                tuple(work.conversations.entries(practice, [thread.id])),
                tuple(work.answers.notes(practice, thread.id)),
                _names(work, practice),
            )
            work.audit.add([AuditEntry(practice, by, Action.CONVERSATION_READ, str(thread.id), {"staff": staff})])
            work.commit()
        return found

    def claim(self, practice: str, delivery: UUID, staff: str, by: Actor) -> None:
        """Own the conversation. Raises NotFound, and Conflict with who owns it when somebody active does."""
        with self.database.begin() as work:
            item = _own(work, practice, delivery, staff)
            _check_here(item)
            owner = _held_owner(work, practice, item)
            if owner == staff:
                return
            if owner is not None and _is_active(work, practice, owner):
                raise Conflict(f"The conversation is owned by {_names(work, practice)[owner]} ({owner}).")
            work.answers.own(practice, item.conversation, staff)
            work.answers.handle(practice, item.message, staff)
            work.audit.add([_audited(practice, by, Action.CONVERSATION_CLAIMED, item)])
            work.commit()

    def release(self, practice: str, delivery: UUID, staff: str, by: Actor) -> None:
        """Own it no longer. Raises NotFound, and Conflict when somebody else owns it."""
        with self.database.begin() as work:
            item = _own(work, practice, delivery, staff)
            owner = _held_owner(work, practice, item)
            if owner is None:
                return
            if owner != staff:
                raise Conflict(f"The conversation is owned by {_names(work, practice)[owner]} ({owner}).")
            work.answers.own(practice, item.conversation, None)
            work.audit.add([_audited(practice, by, Action.CONVERSATION_RELEASED, item)])
            work.commit()

    def reply(  # noqa: PLR0913, PLR0917 - these are the fields of a reply.
        self, practice: str, delivery: UUID, staff: str, body: str, last_seen: UUID | None, key: str | None, by: Actor
    ) -> Entry:
        """Answer the patient's side, under the name that they know.

        Raises NotFound, Invalid, KeyReused, Conflict for a delivery that has gone to somebody else, and SeenTooLittle
        with the entry when a colleague has answered since `last_seen`.
        """
        wrong = problem_with(body, BODY_LIMIT, lines=True)
        if wrong:
            raise Invalid("The reply can't be sent as it is.", [FieldError("body", wrong)])
        digest = _digest(str(delivery), staff, body)
        with self.database.begin() as work:
            item = _own(work, practice, delivery, staff)
            owner = _held_owner(work, practice, item)
            before = _repeated(work.answers.replied(practice, key) if key else None, digest)
            entries = work.conversations.entries(practice, [item.conversation])
            if before is not None:
                return next(one for one in entries if one.id == before)
            _check_here(item)
            _check_seen(entries, staff, last_seen or item.message)
            entry = self._store(work, practice, item, owner, (body.strip(), digest, key))
            work.audit.add([_audited(practice, by, Action.REPLIED, item)])
            work.commit()
        self.hints.notify()
        return entry

    def _store(
        self, work: UnitOfWork, practice: str, item: InboxItem, owner: str | None, told: tuple[str, str, str | None]
    ) -> Entry:
        body, digest, key = told
        thread = work.conversations.get(practice, [item.conversation])[item.conversation]
        name = shown_as(thread, item.staff, _names(work, practice)[item.staff])
        new = Reply(self.ids.new(), thread.id, item.delivery, item.staff, name, body, digest, key)
        chart = work.rosters.patients(practice, [item.patient])[item.patient]
        readers = [(self.ids.new(), reader) for reader in readers_to_tell(chart, thread)]
        work.answers.add(practice, new, readers)
        work.inboxes.mark(practice, item.delivery, DeliveryState.DONE)
        work.answers.handle(practice, item.message, item.staff)
        events = [NewEvent(EventKind.REPLIED, item.patient, thread.id)]
        if work.answers.answer(practice, item.message):
            events.append(NewEvent(EventKind.ANSWERED, item.patient, thread.id, item.message))
        work.events.add(practice, events)
        if owner is None:
            work.answers.own(practice, thread.id, item.staff)
        return Entry(new.id, thread.id, Author.STAFF, item.staff, name, work.now, body)

    def forward(  # noqa: PLR0913, PLR0917 - these are the fields of a forward.
        self, practice: str, delivery: UUID, staff: str, forwarding: Forwarding, key: str | None, by: Actor
    ) -> None:
        """Put a message, or the whole conversation, into a colleague's inbox, with a note for staff.

        Whoever gets the whole conversation owns it. Raises NotFound, Invalid, KeyReused and Conflict.
        """
        digest = _digest(str(delivery), staff, forwarding.to, forwarding.note, str(forwarding.whole_conversation))
        with self.database.begin() as work:
            item = _own(work, practice, delivery, staff)
            _held_owner(work, practice, item)
            known = work.answers.handed_over(practice, key) if key else None
            if known is not None:
                _repeated((item.message, known), digest)
                return
            _check_here(item)
            self._give(work, practice, item, forwarding, (digest, key))
            work.audit.add([_audited(practice, by, Action.FORWARDED, item, to=forwarding.to)])
            work.commit()
        self.hints.notify()

    def _give(
        self, work: UnitOfWork, practice: str, item: InboxItem, forwarding: Forwarding, told: tuple[str, str | None]
    ) -> None:
        _check_forwarding(work, practice, item, forwarding)
        digest, key = told
        messages = [item.message]
        if forwarding.whole_conversation:
            messages = work.answers.messages_of(practice, item.conversation)
            work.answers.own(practice, item.conversation, forwarding.to)
        email = _staffing(work, practice).members[forwarding.to].email
        recipient = Recipient(forwarding.to, HandOver.FORWARD, item.staff)
        for message in messages:
            this = message == item.message
            handed = HandedOver(
                self.ids.new(), message, item.staff, forwarding.to, HandOver.FORWARD,
                note=forwarding.note.strip() or None if this else None,
                whole_conversation=forwarding.whole_conversation,
                idempotency_key=key if this else None,
                fingerprint=digest,
            )  # fmt: skip
            work.answers.give(practice, message, new_delivery(self.ids, recipient, email), handed, reopen=True)


def readers_to_tell(chart: Patient, thread: Conversation) -> list[Reader]:
    """Who on the patient's side may read the thread, asked to be told, and has an address."""
    told = [Reader("", chart.email)] if chart.notify and chart.email else []
    if thread.private:
        return told
    users = (one for one in chart.authorized_users if one.may_read and one.notify and one.email)
    return told + [Reader(one.id, one.email or "") for one in users]


def _own(work: UnitOfWork, practice: str, delivery: UUID, staff: str) -> InboxItem:
    item = work.inboxes.item(practice, delivery)
    if item is None or item.staff != staff:
        raise NotFound("There is no such delivery in this inbox.")
    return item


def _check_here(item: InboxItem) -> None:
    if item.state is DeliveryState.MOVED:
        raise Conflict("The message has gone to somebody else, who takes care of it.")


def _held_owner(work: UnitOfWork, practice: str, item: InboxItem) -> str | None:
    """The owner, held so that two who answer at the same time take turns."""
    work.answers.hold(practice, item.conversation)
    return work.conversations.get(practice, [item.conversation])[item.conversation].owner


def _check_seen(entries: list[Entry], staff: str, last_seen: UUID) -> None:
    place = next((index for index, one in enumerate(entries) if one.id == last_seen), None)
    if place is None:
        raise Invalid.at("last_seen", "is not an entry of this conversation")
    unseen = [one for one in entries[place + 1 :] if one.author is Author.STAFF and one.author_id != staff]
    if unseen:
        raise SeenTooLittle(unseen[-1])


def _check_forwarding(work: UnitOfWork, practice: str, item: InboxItem, forwarding: Forwarding) -> None:
    errors = []
    if forwarding.to == item.staff:
        errors.append(FieldError("to", "must be somebody else"))
    elif not _staffing(work, practice).is_active(forwarding.to):
        errors.append(FieldError("to", "is not an active member of the practice's staff"))
    wrong = problem_with(forwarding.note, NOTE_LIMIT, lines=True) if forwarding.note.strip() else None
    if wrong:
        errors.append(FieldError("note", wrong))
    if errors:
        raise Invalid("The message can't be forwarded like this.", errors)


def _staffing(work: UnitOfWork, practice: str) -> Staffing:
    tenant = work.practices.get(practice)
    if tenant is None:
        raise NotFound.at("practice", "is not known")
    return work.rosters.staffing(tenant)


def _names(work: UnitOfWork, practice: str) -> dict[str, str]:
    return {one.id: one.name for one in _staffing(work, practice).members.values()}


def _is_active(work: UnitOfWork, practice: str, staff: str) -> bool:
    return _staffing(work, practice).is_active(staff)


def _audited(practice: str, by: Actor, action: Action, item: InboxItem, **ids: str) -> AuditEntry:
    return AuditEntry(practice, by, action, str(item.delivery), {"staff": item.staff} | ids)


def _repeated(known: tuple[UUID, str] | None, digest: str) -> UUID | None:
    """What the idempotency key stands for already, if anything."""
    if known is None:
        return None
    if known[1] != digest:
        raise KeyReused.at("idempotency_key", "belongs to something with other fields")
    return known[0]


def _digest(*fields: str) -> str:
    return hashlib.sha256(json.dumps(fields).encode("utf-8", "surrogatepass")).hexdigest()
