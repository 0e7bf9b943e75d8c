"""Searching the messages that somebody may read in the portal."""

from dataclasses import dataclass
from uuid import UUID

from router.access.sessions import PatientSession
from router.audit import Action, AuditEntry
from router.flows.patient.threads import acting_as, charts_read, reader
from router.messages.conversation import Conversation, Entry
from router.messages.portal_lists import FoundConversation, PortalReader, check_sought, find
from router.paging import Position
from router.ports.unit_of_work import Database, UnitOfWork

# A search reads the texts of so many conversations at a time, and of so many in all before it asks to go on.
SLICE = 50
MOST_READ = 200


@dataclass(frozen=True, slots=True)
class FoundMessages:
    """The conversations that were found, those with the newest entries first, and where to continue."""

    items: tuple[FoundConversation, ...]
    following: Position | None


@dataclass(frozen=True, slots=True)
class SearchMessages:
    """Finds conversations that the searcher may read, by the words in them."""

    database: Database

    def search(self, person: PatientSession, sought: str, before: Position | None) -> FoundMessages:
        """Search up to 200 conversations. Raises Invalid with the field, and NotFound if the searcher may read nothing.

        The audit records the conversations that were shown, but not the words.
        """
        check_sought(sought)
        practice, patient = person.practice.id, person.patient.id
        found: list[FoundConversation] = []
        with self.database.begin() as work:
            chart, user = reader(work, practice, patient, person.acting)
            lists = PortalReader(practice, charts_read(work, practice, chart, user), person.acting)
            following = before
            for _ in range(MOST_READ // SLICE):
                looked_at = work.portal_lists.latest(lists, following, SLICE + 1)
                entries = _entries(work, practice, looked_at[:SLICE])
                hits = (find(sought, one, entries[one.id]) for one in looked_at[:SLICE])
                found += [hit for hit in hits if hit is not None]
                following = _place(looked_at[SLICE - 1], entries) if len(looked_at) > SLICE else None
                if following is None:
                    break
            shown = [str(one.conversation.id) for one in found]
            details: dict[str, str | int | bool | list[str]] = {**acting_as(person.acting), "conversations": shown}
            work.audit.add([AuditEntry(practice, person.actor, Action.CONVERSATIONS_SEARCHED, patient, details)])
            work.commit()
        return FoundMessages(tuple(found), following)


def _entries(work: UnitOfWork, practice: str, conversations: list[Conversation]) -> dict[UUID, list[Entry]]:
    """The entries of each of these conversations, oldest first."""
    entries: dict[UUID, list[Entry]] = {one.id: [] for one in conversations}
    for entry in work.conversations.entries(practice, list(entries)):
        entries[entry.conversation].append(entry)
    return entries


def _place(conversation: Conversation, entries: dict[UUID, list[Entry]]) -> Position:
    """Where a conversation stands among those that were written in last."""
    return entries[conversation.id][-1].at, conversation.id
