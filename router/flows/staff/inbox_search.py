"""Searching one's own inbox."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from router.audit import Action, AuditEntry
from router.errors import Invalid
from router.flows.indexing import index
from router.flows.staff.own_delivery import working_staff
from router.messages.inbox import InboxItem, InboxPatient, InboxRef
from router.messages.inbox_search import (
    MOST_PATIENTS,
    DeliveryFilter,
    InboxSearch,
    check,
    is_meant,
    words_of_names,
)
from router.messages.passages import FoundReply, best_of, lacking
from router.paging import Position
from router.ports.unit_of_work import Database, UnitOfWork

# So many messages and replies a search indexes itself: the most recent ones, which the sweep leaves to it.
MOST_INDEXED = 500


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of search results, newest first; `names` are those of the staff.

    `words` are those that were searched for, folded. `replies` holds, by delivery, the reply by which a delivery was
    found whose own message lacks some of the words. `patients` are the ones that match, if the search named a patient.
    `looked_until` is where the search stopped, from where `next` continues; None if it covered everything.
    `is_indexing`: older messages may be missing because they aren't in the index yet.
    """

    items: tuple[InboxItem, ...]
    next: Position | None
    names: dict[str, str]
    patients: tuple[InboxPatient, ...] = ()
    looked_until: Position | None = None
    is_indexing: bool = False
    replies: Mapping[UUID, FoundReply] = field(default_factory=dict)
    words: Sequence[str] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class SearchInbox:
    """Searches a person's own deliveries, whatever their state."""

    database: Database

    def search(self, inbox: InboxRef, wanted: InboxSearch, before: Position | None, limit: int) -> FoundPage:
        """A page of deliveries. The audit records which fields were searched, but not the words.

        Raises NotFound for unknown staff and for those who have left, and Invalid with the fields.
        """
        check(wanted)
        practice, staff = inbox.practice, inbox.staff
        is_indexing = bool(wanted.text.strip()) and self._index(inbox, before)
        with self.database.look() as work:
            names = working_staff(work, practice, staff).names
            patients = _meant(work, inbox, wanted, before) if wanted.asks_for_patients else None
            ids = [patient.id for patient in patients] if patients is not None else None
            last = work.inbox.searched_until(practice, staff, DeliveryFilter(wanted, ids), before)
            found = work.inbox.found(practice, staff, DeliveryFilter(wanted, ids, last), before, limit + 1)
            shown = found[:limit]
            is_full = len(found) > limit
            following = (shown[-1].received_at, shown[-1].delivery) if is_full else last
            words = DeliveryFilter(wanted, ids).words
            replies = _replies(work, practice, shown, words)
            details = {"asked": wanted.asked, "deliveries": [str(item.delivery) for item in shown]}
            details |= {"replies": [str(one.reply) for one in replies.values()]} if replies else {}
        # What was found is shown only once that is on record.
        with self.database.begin() as work:
            work.audit.add([AuditEntry(practice, inbox.by, Action.INBOX_SEARCHED, staff, details)])
            work.commit()
        until = None if is_full else last
        return FoundPage(
            tuple(shown), following, names, tuple(patients or ()), until, is_indexing, replies=replies, words=words
        )

    def _index(self, inbox: InboxRef, before: Position | None) -> bool:
        """Index what the sweep has not come to, the newest first; returns whether more is left."""
        with self.database.look() as work:
            working_staff(work, inbox.practice, inbox.staff)
            messages = work.search_words.missing(inbox.practice, inbox.staff, before, MOST_INDEXED)
            replies = work.reply_words.missing(inbox.practice, MOST_INDEXED)
        index(self.database, messages, replies, in_order=False)
        return MOST_INDEXED in {len(messages), len(replies)}


def _replies(
    work: UnitOfWork, practice: str, items: Sequence[InboxItem], words: Sequence[str]
) -> Mapping[UUID, FoundReply]:
    """For each delivery whose own message lacks words, the reply that it shows with most of those."""
    lacked = {item.delivery: lacking(words, item.subject, item.body) for item in items}
    by_reply = [delivery for delivery, some in lacked.items() if some]
    found: dict[UUID, list[FoundReply]] = defaultdict(list)
    for one in work.reply_words.found(practice, by_reply, words):
        found[one.delivery].append(one)
    best = {delivery: best_of(some, lacked[delivery]) for delivery, some in found.items()}
    return {delivery: one for delivery, one in best.items() if one is not None}


def _meant(work: UnitOfWork, inbox: InboxRef, wanted: InboxSearch, before: Position | None) -> list[InboxPatient]:
    """The patients of this inbox whom the words and the birth date may mean."""
    sought = wanted.patient.strip()
    words = words_of_names(sought)
    meant = [
        patient
        for patient in work.inbox.patients(inbox.practice, inbox.staff, before, words)
        if (not sought or is_meant(sought, patient.name, patient.record_number, patient.birth_date))
        and wanted.born in {None, patient.birth_date}
    ]
    if len(meant) > MOST_PATIENTS:
        raise Invalid.at("patient", f"matches more than {MOST_PATIENTS} patients: type more of the name or number")
    return meant
