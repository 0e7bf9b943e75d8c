"""What the portal's pages show to a patient, or to an authorized user who acts for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from router.access.sessions import PatientSession
from router.audit import Action, AuditEntry
from router.flows.patient.attendance import attendance
from router.flows.patient.sent import SentBefore, SentMessage, sent_message, sent_with_key
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
    why_no_reply,
)
from router.flows.patient.topic_history import topic_page
from router.messages.acceptance import Receipt
from router.messages.conversation import CannotReply, Conversation, EntryHeader
from router.messages.email_choice import EmailChoice, choice_of
from router.messages.message import AnyDraft
from router.messages.portal_lists import PortalReader
from router.messages.topic_change import TopicChange
from router.paging import Position
from router.ports.services import TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import AuthorizedUser
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list, with its newest entry and the number of entries that its reader has not seen."""

    conversation: Conversation
    last: EntryHeader
    unread: int

    @property
    def position(self) -> Position:
        """Where it stands in the list."""
        return self.last.at, self.conversation.id


@dataclass(frozen=True, slots=True)
class Overview:
    """A page of conversations, those with the newest entries first; the counts cover all pages."""

    summaries: tuple[Summary, ...]
    following: Position | None
    unread: int
    unread_conversations: int
    cannot_write: CannotReply | None
    emails: EmailChoice
    disclaimer: str
    phone: str


@dataclass(frozen=True, slots=True)
class OpenedThread:
    """A conversation with its site, if it has one, and what the page shows around it.

    `time_zone` is that of the site, or the practice's; `at` is when it was read. `open` and `opens_at` say whether the
    practice is open there, and when it opens; None if no hours are set. These two, whether patients may mark messages
    as urgent, whether somebody gets those while the practice is closed, and `cannot_write` are set only for a single
    opened thread.
    """

    thread: Thread
    site: str | None
    disclaimer: str
    phone: str
    time_zone: str
    at: datetime
    open: bool | None = None
    opens_at: datetime | None = None
    may_say_urgent: bool = False
    somebody_on_call: bool = False
    # Why its reader can't write anything from the chart that they are in; None if they can.
    cannot_write: CannotReply | None = None

    @property
    def receipts(self) -> Mapping[UUID, Receipt]:
        """The receipts of its messages."""
        return self.thread.receipts


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of the history of a topic: its conversations, newest first, and where the next page begins.

    `moved` holds the conversations that the practice moved to another topic, each with its move, oldest first.
    """

    threads: tuple[OpenedThread, ...]
    following: Position | None
    moved: tuple[tuple[TopicChange, Conversation], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadPortal:
    """What the portal shows. Every call checks again what this person may read; what they were shown counts as read."""

    database: Database
    zones: TimeZones

    def overview(self, person: PatientSession, before: Position | None, limit: int) -> Overview:
        """The conversations that this person may read. Raises NotFound if they may read nothing."""
        practice, patient = person.practice.id, person.patient.id
        with self.database.look() as work:
            chart, user = reader(work, practice, patient, person.acting)
            charts = charts_read(work, practice, chart, user)
            lists = PortalReader(practice, charts, person.acting)
            found = work.portal_lists.latest(lists, before, limit + 1)
            summaries = tuple(_summaries(work, practice, found[:limit], user))
            unread, unread_conversations = work.portal_lists.unread(lists)
            why_not = why_no_reply(work, practice, chart, user)
            emails = choice_of(chart, user, work.email_choices.of(practice, chart.id))
            messaging = work.messaging.current(work.practices.get(practice) or person.practice)
        put_on_record(self.database, _audited(person, Action.CONVERSATIONS_LISTED, patient))
        following = summaries[-1].position if len(found) > limit else None
        return Overview(
            summaries, following, unread, unread_conversations, why_not, emails, messaging.disclaimer, messaging.phone
        )

    def open(self, person: PatientSession, conversation: UUID, *, seen: bool = True) -> OpenedThread:
        """One conversation with its whole history; `seen` marks it as read. Raises NotFound."""
        practice = person.practice.id
        with self.database.look() as work:
            found, chart, user = visible(work, practice, conversation, person.acting, person.patient.id)
            threads = read_threads(work, practice, chart, user, [found])
            opened = self._with_hours(work, person, _opened(work, person, threads)[0])
        row = _audited(person, Action.CONVERSATION_READ, str(conversation))
        put_on_record(self.database, row, threads if seen else [], mark_of(person.user))
        return opened

    def _with_hours(self, work: UnitOfWork, person: PatientSession, opened: OpenedThread) -> OpenedThread:
        """The thread with what somebody who writes on reads of hours and of urgent messages, or where they write."""
        tenant = work.practices.get(person.practice.id) or person.practice
        conversation, why_not = opened.thread.conversation, opened.thread.cannot_reply
        now = attendance(work, self.zones, tenant, conversation)
        if conversation.patient != person.patient.id:
            why_not = why_no_reply(work, tenant.id, *reader(work, tenant.id, person.patient.id, person.acting))
        return replace(
            opened,
            open=now.open,
            opens_at=now.opens_at,
            may_say_urgent=work.messaging.current(tenant).patients_may_say_urgent,
            somebody_on_call=now.somebody_on_call,
            cannot_write=why_not,
        )

    def has_news(self, person: PatientSession, conversation: UUID, newest: UUID) -> bool:
        """Whether anything was written after this entry. This reads no text, so it isn't audited."""
        practice = person.practice.id
        with self.database.look() as work:
            visible(work, practice, conversation, person.acting, person.patient.id)
            return work.portal_lists.newest(practice, conversation) != newest

    def history(
        self, person: PatientSession, topic: Topic, before: Position | None, limit: int, *, seen: bool = True
    ) -> HistoryPage:
        """Conversations of one topic, newest first, even if the topic is now off. Raises NotFound."""
        practice, patient = person.practice.id, person.patient.id
        with self.database.look() as work:
            chart, user = reader(work, practice, patient, person.acting)
            charts = charts_read(work, practice, chart, user)
            page = topic_page(work, PortalReader(practice, charts, person.acting), topic, before, limit)
            threads = read_threads(work, practice, chart, user, page.conversations)
            opened = _opened(work, person, threads)
        row = _audited(person, Action.HISTORY_READ, patient)
        put_on_record(self.database, row, threads if seen else [], mark_of(person.user))
        return HistoryPage(tuple(opened), page.following, tuple(page.moved))

    def sent(self, person: PatientSession, message: UUID) -> SentMessage:
        """A message that this person sent, even if they have no permission to read. Raises NotFound."""
        with self.database.look() as work:
            return sent_message(work, self.zones, person, message)

    def sent_before(self, person: PatientSession, draft: AnyDraft) -> SentBefore | None:
        """What this person has sent already with the idempotency key of the draft; None for nothing."""
        with self.database.look() as work:
            return sent_with_key(work, person, draft)


def _audited(person: PatientSession, action: Action, subject: str) -> AuditEntry:
    return AuditEntry(person.practice.id, person.actor, action, subject, acting_as(person.acting))


def _summaries(
    work: UnitOfWork, practice: str, conversations: Sequence[Conversation], user: AuthorizedUser | None
) -> list[Summary]:
    """These conversations in their order, each with who wrote in it last and what is new in it."""
    ids = [one.id for one in conversations]
    lines: dict[UUID, list[EntryHeader]] = {conversation: [] for conversation in ids}
    for line in work.conversations.written(practice, ids):
        lines[line.conversation].append(line)
    marks = work.conversations.read_until(practice, ids, mark_of(user))
    return [
        Summary(one, lines[one.id][-1], count_unread(lines[one.id], marks.get(one.id), one.patient, user))
        for one in conversations
    ]


def _opened(work: UnitOfWork, person: PatientSession, threads: Sequence[Thread]) -> list[OpenedThread]:
    """The threads with what belongs to them."""
    tenant = work.practices.get(person.practice.id) or person.practice
    sites, messaging = work.roster.sites(tenant), work.messaging.current(tenant)
    return [
        OpenedThread(
            thread,
            sites[thread.conversation.site].name if thread.conversation.site else None,
            messaging.disclaimer,
            messaging.phone,
            messaging.hours.time_zone(thread.conversation.site) or tenant.time_zone,
            work.now(),
        )
        for thread in threads
    ]
