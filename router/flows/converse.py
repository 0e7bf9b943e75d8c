"""Conversations on the patient's side: threads, the history of a topic, read marks, and events for frontends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from router.actors import Actor
from router.answers import Event
from router.audit import Action, AuditEntry
from router.conversation import Author, CannotReply, Conversation, Entry, cannot_reply, may_read
from router.errors import NotFound
from router.people import AuthorizedUser, Patient
from router.ports import Database, UnitOfWork
from router.records import Position
from router.topics import Topic


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as one actor sees it; `entries` oldest first, `cannot_reply` None when they can."""

    conversation: Conversation
    entries: tuple[Entry, ...]
    unread: int
    cannot_reply: CannotReply | None


@dataclass(frozen=True, slots=True)
class Converse:
    """What the patient and their authorized users read. Every call checks the actor's permission anew."""

    database: Database

    def threads(  # noqa: PLR0913, PLR0917 - these are the parameters of the list.
        self, practice: str, patient: str, actor: str | None, topic: Topic | None, before: Position | None, limit: int,
        by: Actor,
    ) -> tuple[list[Thread], Position | None]:  # fmt: skip
        """A patient's conversations, newest first, and where the next page begins.

        Raises NotFound for an unknown patient and for an actor who may read nothing.
        """
        with self.database.begin() as work:
            chart, user = _reader(work, practice, patient, actor)
            found = work.conversations.of_patient(practice, patient, topic, before, limit + 1)
            visible = [one for one in found[:limit] if may_read(one, user)]
            threads = _threads(work, practice, chart, user, visible)
            work.audit.add([AuditEntry(practice, by, Action.CONVERSATIONS_LISTED, patient, _as(actor))])
            work.commit()
        last = found[limit - 1] if len(found) > limit else None
        return threads, (last.started_at, last.id) if last else None

    def thread(self, practice: str, conversation: UUID, actor: str | None, by: Actor) -> Thread:
        """One conversation with its whole history. Raises NotFound, also where the actor may not read it."""
        with self.database.begin() as work:
            found, chart, user = _visible(work, practice, conversation, actor)
            thread = _threads(work, practice, chart, user, [found])[0]
            work.audit.add([AuditEntry(practice, by, Action.CONVERSATION_READ, str(conversation), _as(actor))])
            work.commit()
        return thread

    def history(self, practice: str, patient: str, topic: Topic, actor: str | None, by: Actor) -> list[Thread]:
        """All conversations of one topic, oldest first, each with its entries. Raises NotFound."""
        with self.database.begin() as work:
            chart, user = _reader(work, practice, patient, actor)
            found = work.conversations.of_patient(practice, patient, topic, None, None)
            visible = [one for one in reversed(found) if may_read(one, user)]
            threads = _threads(work, practice, chart, user, visible)
            work.audit.add([AuditEntry(practice, by, Action.HISTORY_READ, patient, _as(actor))])
            work.commit()
        return threads

    def mark_read(self, practice: str, conversation: UUID, actor: str | None, by: Actor) -> None:
        """This actor has read everything in the conversation. Raises NotFound."""
        with self.database.begin() as work:
            _visible(work, practice, conversation, actor)
            work.conversations.mark_read(practice, conversation, actor or "")
            work.audit.add([AuditEntry(practice, by, Action.CONVERSATION_READ, str(conversation), _as(actor))])
            work.commit()

    def events(self, practice: str, after: int, limit: int) -> list[Event]:
        """What happened after this number, in order, without gaps and without repeats."""
        with self.database.begin() as work:
            work.events.number(practice)
            events = work.events.after(practice, after, limit)
            work.commit()
        return events


def _as(actor: str | None) -> Mapping[str, str]:
    return {"actor": actor} if actor is not None else {}


def _reader(work: UnitOfWork, practice: str, patient: str, actor: str | None) -> tuple[Patient, AuthorizedUser | None]:
    """The chart and the actor; that a chart exists is itself a secret to somebody who may not read it."""
    chart = work.rosters.patients(practice, [patient]).get(patient)
    if chart is None:
        raise NotFound("There is no such patient.")
    if actor is None:
        return chart, None
    user = chart.authorized_user(actor)
    if user is None or not user.may_read:
        raise NotFound("There is no such patient.")
    return chart, user


def _visible(
    work: UnitOfWork, practice: str, conversation: UUID, actor: str | None
) -> tuple[Conversation, Patient, AuthorizedUser | None]:
    found = work.conversations.get(practice, [conversation]).get(conversation)
    if found is not None:
        chart = work.rosters.patients(practice, [found.patient])[found.patient]
        user = chart.authorized_user(actor) if actor is not None else None
        if (actor is None or user is not None) and may_read(found, user):
            return found, chart, user
    raise NotFound("There is no such conversation.")


def _threads(
    work: UnitOfWork, practice: str, chart: Patient, user: AuthorizedUser | None, conversations: list[Conversation]
) -> list[Thread]:
    tenant = work.practices.get(practice)
    if tenant is None or not conversations:
        return []
    why_not = cannot_reply(chart, user, work.distributions.current(tenant), work.rosters.staffing(tenant))
    ids = [one.id for one in conversations]
    reader = user.id if user else ""
    marks = work.conversations.read_until(practice, ids, reader)
    entries: dict[UUID, list[Entry]] = {one: [] for one in ids}
    for entry in work.conversations.entries(practice, ids):
        entries[entry.conversation].append(entry)
    return [
        Thread(one, tuple(entries[one.id]), _unread(entries[one.id], marks.get(one.id), chart, user), why_not)
        for one in conversations
    ]


def _unread(entries: list[Entry], mark: datetime | None, chart: Patient, user: AuthorizedUser | None) -> int:
    """How many entries by others came after this reader's mark."""
    own = (Author.AUTHORIZED_USER, user.id) if user else (Author.PATIENT, chart.id)
    return sum(1 for one in entries if (one.author, one.author_id) != own and (mark is None or one.at > mark))
