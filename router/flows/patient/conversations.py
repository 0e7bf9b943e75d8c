"""Conversations on the patient's side: threads, the history of a topic, read marks, and events for frontends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import Invalid
from router.flows.patient.threads import (
    Thread,
    acting_as,
    charts_read,
    count_unread,
    mark_of,
    put_on_record,
    read_threads,
    reader,
    visible,
)
from router.flows.patient.topic_history import topic_page
from router.messages.conversation import EntryHeader, PatientRef, may_read
from router.messages.events import KNOWN_BEFORE, EventKind, EventPage
from router.messages.portal_lists import PortalReader
from router.messages.topic_change import TopicChange
from router.paging import Position
from router.ports.unit_of_work import Database
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class TopicHistory:
    """A page of the history of a topic: its conversations, oldest first, and the moves of conversations away from it.

    `following` is where older ones begin; None if there are none.
    """

    threads: list[Thread]
    moved: list[TopicChange]
    following: Position | None


@dataclass(frozen=True, slots=True)
class ReadConversations:
    """What the patient and their authorized users read. Every call checks the actor's permission again."""

    database: Database

    def threads(
        self, ref: PatientRef, topic: Topic | None, before: Position | None, limit: int
    ) -> tuple[list[Thread], Position | None]:
        """A patient's conversations, newest first, and where the next page begins.

        Raises NotFound for an unknown patient and for an actor who may read nothing.
        """
        with self.database.look() as work:
            chart, user = reader(work, ref.practice, ref.patient, ref.actor)
            charts = charts_read(work, ref.practice, chart, user)
            found = work.conversations.of_patient(ref.practice, charts, topic, before, limit + 1)
            readable = [conversation for conversation in found[:limit] if may_read(conversation, user)]
            threads = read_threads(work, ref.practice, chart, user, readable)
        put_on_record(self.database, _audited(ref, Action.CONVERSATIONS_LISTED))
        last = found[limit - 1] if len(found) > limit else None
        return threads, (last.started_at, last.id) if last else None

    def thread(self, practice: str, conversation: UUID, actor: str | None, by: Actor) -> Thread:
        """One conversation with its whole history. Raises NotFound, also if the actor may not read it."""
        with self.database.look() as work:
            found, chart, user = visible(work, practice, conversation, actor)
            thread = read_threads(work, practice, chart, user, [found])[0]
        row = AuditEntry(practice, by, Action.CONVERSATION_READ, str(conversation), acting_as(actor))
        put_on_record(self.database, row)
        return thread

    def history(self, ref: PatientRef, topic: Topic, before: Position | None, limit: int) -> TopicHistory:
        """The last conversations of one topic before this position, each with its entries. Raises NotFound."""
        with self.database.look() as work:
            chart, user = reader(work, ref.practice, ref.patient, ref.actor)
            lists = PortalReader(ref.practice, charts_read(work, ref.practice, chart, user), ref.actor)
            page = topic_page(work, lists, topic, before, limit)
            threads = read_threads(work, ref.practice, chart, user, page.conversations[::-1])
        put_on_record(self.database, _audited(ref, Action.HISTORY_READ))
        return TopicHistory(threads, [change for change, _ in page.moved], page.following)

    def mark_read(
        self, practice: str, conversation: UUID, actor: str | None, by: Actor, last_seen: UUID | None = None
    ) -> int:
        """This actor has read everything up to the entry `last_seen`; None: everything that there is by now.

        Returns how many entries remain unread. Raises NotFound, and Invalid if the entry isn't one of the conversation.
        """
        with self.database.begin() as work:
            _, chart, user = visible(work, practice, conversation, actor)
            entries = work.conversations.written(practice, [conversation])
            until = _time_of(last_seen, entries) if last_seen is not None else entries[-1].at
            work.conversations.mark_read(practice, conversation, mark_of(user), until)
            mark = work.conversations.read_until(practice, [conversation], mark_of(user))[conversation]
            work.audit.add([AuditEntry(practice, by, Action.CONVERSATION_READ, str(conversation), acting_as(actor))])
            work.commit()
        return count_unread(entries, mark, chart.id, user)

    def events(self, practice: str, after: int, limit: int, kinds: Collection[EventKind] = KNOWN_BEFORE) -> EventPage:
        """The events of these kinds after this number, in order, each once.

        However rare they are, a page looks no further than some thousands of events; the next one goes on from there.
        """
        with self.database.begin() as work:
            work.events.number(practice)
            page = work.events.after(practice, after, kinds, limit)
            work.commit()
        return page


def _time_of(entry: UUID, entries: Sequence[EntryHeader]) -> datetime:
    """When an entry of a conversation was written. Raises Invalid if it isn't one of these."""
    for header in entries:
        if header.id == entry:
            return header.at
    raise Invalid.at("last_seen", "is not an entry of this conversation")


def _audited(ref: PatientRef, action: Action) -> AuditEntry:
    return AuditEntry(ref.practice, ref.by, action, ref.patient, acting_as(ref.actor))
