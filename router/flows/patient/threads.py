"""The first steps of every read on the patient's side: who reads, what they may read, and what is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from router.audit import AuditEntry
from router.errors import NotFound
from router.messages.acceptance import Receipt, expected_by
from router.messages.conversation import (
    CannotReply,
    Conversation,
    Entry,
    EntryHeader,
    cannot_reply,
    cannot_reply_in,
    is_own,
    may_read,
    size_of,
)
from router.messages.topic_change import TopicChange
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import AuthorizedUser, Patient


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as one actor sees it; `entries` oldest first, `cannot_reply` None if they can reply.

    `answer_by` is the earliest time at which the patient's side was told to expect an answer that is still due; None if
    no time was given or no answer is due. `late` says whether it has passed.
    """

    conversation: Conversation
    entries: tuple[Entry, ...]
    unread: int
    cannot_reply: CannotReply | None
    receipts: Mapping[UUID, Receipt]
    answer_by: datetime | None
    late: bool
    # When the practice moved it to another topic, oldest first.
    moves: Sequence[TopicChange] = ()


def acting_as(actor: str | None) -> Mapping[str, str]:
    """The details of an audit row that say who acted for the patient."""
    return {"actor": actor} if actor is not None else {}


def put_on_record(database: Database, row: AuditEntry, seen: Sequence[Thread] = (), mark: str = "") -> None:
    """Commit that something was read: what was read is shown only after that.

    It is read in a transaction that only reads: on SQLite one that writes keeps all other writers waiting. What is new
    in the threads that were `seen` is read under this mark, up to the newest entry that is shown.
    """
    with database.begin() as work:
        for thread in seen:
            if thread.unread:
                work.conversations.mark_read(row.practice, thread.conversation.id, mark, thread.entries[-1].at)
        work.audit.add([row])
        work.commit()


def reader(work: UnitOfWork, practice: str, patient: str, actor: str | None) -> tuple[Patient, AuthorizedUser | None]:
    """The chart and the actor. Whether a chart exists is hidden from people who may not read it."""
    chart = work.roster.patients(practice, [patient]).get(patient)
    if chart is None:
        raise NotFound("There is no such patient.")
    if actor is None:
        return chart, None
    user = chart.authorized_user(actor)
    if user is None or not user.may_read:
        raise NotFound("There is no such patient.")
    return chart, user


def charts_read(work: UnitOfWork, practice: str, chart: Patient, user: AuthorizedUser | None) -> list[str]:
    """The chart and, for the patient alone, those that were merged into it.

    An authorized user belongs to one chart and reads only that chart's conversations.
    """
    return [chart.id] if user else [chart.id, *work.roster.replaced_charts(practice, chart.id)]


def visible(
    work: UnitOfWork, practice: str, conversation: UUID, actor: str | None, patient: str | None = None
) -> tuple[Conversation, Patient, AuthorizedUser | None]:
    """A conversation that this actor may read and, if a patient is given, one of theirs. Raises NotFound.

    The given patient may also be the chart that the conversation's own chart was merged into.
    """
    found = work.conversations.get(practice, [conversation]).get(conversation)
    if found is not None and _is_theirs(work, practice, found, patient, actor):
        chart = work.roster.patients(practice, [found.patient])[found.patient]
        user = chart.authorized_user(actor) if actor is not None else None
        if (actor is None or user is not None) and may_read(found, user):
            return found, chart, user
    raise NotFound("There is no such conversation.")


def _is_theirs(
    work: UnitOfWork, practice: str, conversation: Conversation, patient: str | None, actor: str | None
) -> bool:
    if patient is None or patient == conversation.patient:
        return True
    return actor is None and conversation.patient in work.roster.replaced_charts(practice, patient)


def read_threads(
    work: UnitOfWork, practice: str, chart: Patient, user: AuthorizedUser | None, conversations: Sequence[Conversation]
) -> list[Thread]:
    """These conversations with everything that was written in them, in their order."""
    if not conversations:
        return []
    why_not = why_no_reply(work, practice, chart, user)
    ids = [conversation.id for conversation in conversations]
    marks = work.conversations.read_until(practice, ids, mark_of(user))
    entries: dict[UUID, list[Entry]] = {identifier: [] for identifier in ids}
    for entry in work.conversations.entries(practice, ids):
        entries[entry.conversation].append(entry)
    receipts: dict[UUID, dict[UUID, Receipt]] = {identifier: {} for identifier in ids}
    for receipt in work.messages.receipts(practice, ids).values():
        receipts[receipt.conversation][receipt.id] = receipt
    moves = work.corrections.changes(practice, ids)
    threads = []
    for conversation in conversations:
        written, known = entries[conversation.id], receipts[conversation.id]
        unread = count_unread(written, marks.get(conversation.id), conversation.patient, user)
        is_older = conversation.patient != chart.id and why_not is not CannotReply.MESSAGING_OFF
        general = CannotReply.CHART_REPLACED if is_older else why_not
        reason = general or cannot_reply_in(size_of(written))
        answer_by = expected_by(known.values())
        late = answer_by is not None and answer_by < work.now()
        moved = tuple(moves.get(conversation.id, ()))
        threads.append(Thread(conversation, tuple(written), unread, reason, known, answer_by, late, moved))
    return threads


def why_no_reply(work: UnitOfWork, practice: str, chart: Patient, user: AuthorizedUser | None) -> CannotReply | None:
    """Why this actor can't write in any conversation now; None if they can."""
    tenant = work.practices.get(practice)
    return cannot_reply(chart, user, work.messaging.current(tenant), work.roster.staffing(tenant)) if tenant else None


def mark_of(user: AuthorizedUser | None) -> str:
    """The name under which an actor's read marks are stored."""
    return user.id if user else ""


def count_unread(
    entries: Sequence[Entry | EntryHeader], mark: datetime | None, patient: str, user: AuthorizedUser | None
) -> int:
    """How many entries by others came after this reader's mark."""
    return sum(1 for entry in entries if not is_own(entry, patient, user) and (mark is None or entry.at > mark))
