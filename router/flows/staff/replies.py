"""Answering: the whole thread, claim and release, reply. Each through a delivery of one's own."""

from dataclasses import dataclass
from uuid import UUID

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import Conflict, FieldError, Invalid
from router.flows.staff.own_delivery import (
    audited,
    check_here,
    digest_of,
    held_owner,
    names_of,
    own_delivery,
    repeated,
    staffing_of,
)
from router.messages.conversation import Author, Conversation, Entry, SeenTooLittle, shown_as
from router.messages.events import EventKind, NewEvent
from router.messages.hand_overs import NoteOnHandOver
from router.messages.inbox import InboxItem
from router.messages.message import BODY_LIMIT
from router.messages.replies import NewReply, ReplyReader
from router.messages.states import DeliveryState
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import Patient
from router.text import problem_with


@dataclass(frozen=True, slots=True)
class StaffThread:
    """A conversation as staff see it: real names, and the notes that they wrote to each other."""

    conversation: Conversation
    entries: tuple[Entry, ...]
    notes: tuple[NoteOnHandOver, ...]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReplyToMessages:
    """Answering and claiming."""

    database: Database
    hints: Hints
    ids: Ids

    def conversation(self, practice: str, delivery: UUID, staff: str, by: Actor) -> StaffThread:
        """The whole thread of a delivery. Raises NotFound when the delivery is not this person's."""
        with self.database.begin() as work:
            item = own_delivery(work, practice, delivery, staff)
            thread = work.conversations.get(practice, [item.conversation])[item.conversation]
            found = StaffThread(
                thread,
                tuple(work.conversations.entries(practice, [thread.id])),
                tuple(work.replies.notes(practice, thread.id)),
                names_of(work, practice),
            )
            work.audit.add([AuditEntry(practice, by, Action.CONVERSATION_READ, str(thread.id), {"staff": staff})])
            work.commit()
        return found

    def claim(self, practice: str, delivery: UUID, staff: str, by: Actor) -> None:
        """Own the conversation. Raises NotFound, and Conflict with who owns it when somebody active does."""
        with self.database.begin() as work:
            item = own_delivery(work, practice, delivery, staff)
            check_here(item)
            owner = held_owner(work, practice, item)
            if owner == staff:
                return
            if owner is not None and _is_active(work, practice, owner):
                raise Conflict(f"The conversation is owned by {names_of(work, practice)[owner]} ({owner}).")
            work.replies.own(practice, item.conversation, staff)
            work.replies.handle(practice, item.message, staff)
            work.audit.add([audited(practice, by, Action.CONVERSATION_CLAIMED, item)])
            work.commit()

    def release(self, practice: str, delivery: UUID, staff: str, by: Actor) -> None:
        """Own it no longer. Raises NotFound, and Conflict when somebody else owns it."""
        with self.database.begin() as work:
            item = own_delivery(work, practice, delivery, staff)
            owner = held_owner(work, practice, item)
            if owner is None:
                return
            if owner != staff:
                raise Conflict(f"The conversation is owned by {names_of(work, practice)[owner]} ({owner}).")
            work.replies.own(practice, item.conversation, None)
            work.audit.add([audited(practice, by, Action.CONVERSATION_RELEASED, item)])
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
        digest = digest_of(str(delivery), staff, body)
        with self.database.begin() as work:
            item = own_delivery(work, practice, delivery, staff)
            owner = held_owner(work, practice, item)
            before = repeated(work.replies.replied(practice, key) if key else None, digest)
            entries = work.conversations.entries(practice, [item.conversation])
            if before is not None:
                return next(one for one in entries if one.id == before)
            check_here(item)
            _check_seen(entries, staff, last_seen or item.message)
            entry = self._store(work, practice, item, owner, (body.strip(), digest, key))
            work.audit.add([audited(practice, by, Action.REPLIED, item)])
            work.commit()
        self.hints.notify()
        return entry

    def _store(
        self, work: UnitOfWork, practice: str, item: InboxItem, owner: str | None, told: tuple[str, str, str | None]
    ) -> Entry:
        body, digest, key = told
        thread = work.conversations.get(practice, [item.conversation])[item.conversation]
        name = shown_as(thread, item.staff, names_of(work, practice)[item.staff])
        new = NewReply(self.ids.new(), thread.id, item.delivery, item.staff, name, body, digest, key)
        chart = work.roster.patients(practice, [item.patient])[item.patient]
        readers = [(self.ids.new(), reader) for reader in readers_to_tell(chart, thread)]
        work.replies.add(practice, new, readers)
        work.inbox.mark(practice, item.delivery, DeliveryState.DONE)
        work.replies.handle(practice, item.message, item.staff)
        events = [NewEvent(EventKind.REPLIED, item.patient, thread.id)]
        if work.replies.answer(practice, item.message):
            events.append(NewEvent(EventKind.ANSWERED, item.patient, thread.id, item.message))
        work.events.add(practice, events)
        if owner is None:
            work.replies.own(practice, thread.id, item.staff)
        return Entry(new.id, thread.id, Author.STAFF, item.staff, name, work.now, body)


def readers_to_tell(chart: Patient, thread: Conversation) -> list[ReplyReader]:
    """Who on the patient's side may read the thread, asked to be told, and has an address."""
    told = [ReplyReader("", chart.email)] if chart.notify and chart.email else []
    if thread.private:
        return told
    users = (one for one in chart.authorized_users if one.may_read and one.notify and one.email)
    return told + [ReplyReader(one.id, one.email or "") for one in users]


def _check_seen(entries: list[Entry], staff: str, last_seen: UUID) -> None:
    place = next((index for index, one in enumerate(entries) if one.id == last_seen), None)
    if place is None:
        raise Invalid.at("last_seen", "is not an entry of this conversation")
    unseen = [one for one in entries[place + 1 :] if one.author is Author.STAFF and one.author_id != staff]
    if unseen:
        raise SeenTooLittle(unseen[-1])


def _is_active(work: UnitOfWork, practice: str, staff: str) -> bool:
    return staffing_of(work, practice).is_active(staff)
