"""Conversations as the patient's side sees them: who may read, which name staff appear under, and who can reply."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from router.actors import Actor
from router.errors import Conflict, Refusal
from router.messages.compose import somebody_would_catch
from router.messages.message import BODY_LIMIT, CONVERSATION_CHARACTERS, CONVERSATION_MESSAGES
from router.messaging.settings import MessagingSettings
from router.paging import Position
from router.practice.availability import Staffing
from router.practice.people import AuthorizedUser, Patient, Permission
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class PatientRef:
    """A patient and the authorized user who reads for them (None: the patient); `by` is the actor of the audit rows."""

    practice: str
    patient: str
    actor: str | None
    by: Actor


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread. `display_name` is frozen when it starts: the topic's, or the chosen provider's own name."""

    id: UUID
    patient: str
    topic: Topic
    site: str | None
    subject: str = field(repr=False)
    display_name: str
    private: bool
    chosen: str | None
    owner: str | None
    started_at: datetime

    @property
    def position(self) -> Position:
        """Its position in a list ordered by when conversations were started."""
        return self.started_at, self.id


class Author(StrEnum):
    """Who wrote an entry."""

    PATIENT = "patient"
    AUTHORIZED_USER = "authorized_user"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a thread. For staff, `shown_as` is the name that the patient's side reads, frozen when written."""

    id: UUID
    conversation: UUID
    author: Author
    author_id: str
    shown_as: str = field(repr=False)
    at: datetime
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EntryHeader:
    """An entry without its text, for lists."""

    id: UUID
    conversation: UUID
    author: Author
    author_id: str
    shown_as: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationSize:
    """How many messages the patient's side has written in a conversation, and of how many characters in all."""

    messages: int = 0
    characters: int = 0

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another message, however long it is."""
        return self.messages >= CONVERSATION_MESSAGES or self.characters + BODY_LIMIT > CONVERSATION_CHARACTERS

    def and_one_of(self, characters: int) -> "ConversationSize":
        """The size with one message more."""
        return ConversationSize(self.messages + 1, self.characters + characters)


def size_of(entries: Sequence[Entry]) -> ConversationSize:
    """The size of the conversation that has these entries."""
    lengths = [len(entry.body) for entry in entries if entry.author is not Author.STAFF]
    return ConversationSize(len(lengths), sum(lengths))


READ_IT = "Read what a colleague answered, then send again with last_seen."
NOT_TO_BE_READ = "Nothing was sent or changed. This delivery doesn't show what the colleague answered."


class SeenTooLittle(Refusal):
    """A colleague has answered in the meantime; their entry is attached, if this person may read it."""

    slug = "answered-meanwhile"
    title = "A colleague has answered in the meantime"

    def __init__(self, entry: Entry | None) -> None:
        super().__init__(READ_IT if entry is not None else NOT_TO_BE_READ)
        self.entry = entry


class HandledMeanwhile(Conflict):
    """A colleague has claimed or finished the message since the page with the reply was opened."""

    def __init__(self) -> None:
        super().__init__("A colleague has taken care of this message in the meantime.")


class CannotReply(StrEnum):
    """Why an actor can't reply in a conversation."""

    MESSAGING_OFF = "messaging_off"
    PATIENT_INACTIVE = "patient_inactive"
    CHART_REPLACED = "chart_replaced"
    NOT_PERMITTED = "not_permitted"
    STOPPED = "stopped"
    NOBODY_AVAILABLE = "nobody_available"
    CONVERSATION_FULL = "conversation_full"


def may_read(conversation: Conversation, actor: AuthorizedUser | None) -> bool:
    """The patient reads everything; an authorized user with the permission reads what is not private."""
    if actor is None:
        return True
    return not conversation.private and Permission.READ in actor.permissions


def is_own(entry: Entry | EntryHeader, patient: str, actor: AuthorizedUser | None) -> bool:
    """Whether the patient, or the authorized user who acts, wrote it."""
    own = (Author.AUTHORIZED_USER, actor.id) if actor else (Author.PATIENT, patient)
    return (entry.author, entry.author_id) == own


def answered_with(entries: Sequence[EntryHeader], last_seen: UUID | None, message: UUID) -> list[UUID]:
    """The messages that a reply to `message` answers: all that aren't newer than what its author had seen.

    `entries` are those of the conversation, oldest first; `last_seen` is the newest entry that was seen, None: the
    message itself.
    """
    places = {entry.id: place for place, entry in enumerate(entries)}
    newest = max(places.get(seen, -1) for seen in (last_seen, message) if seen is not None)
    return [entry.id for entry in entries[: newest + 1] if entry.author is not Author.STAFF]


def cannot_reply(
    patient: Patient, actor: AuthorizedUser | None, messaging: MessagingSettings, staffing: Staffing
) -> CannotReply | None:
    """The first reason that applies, or None if the actor can reply. A topic that is now off is no reason."""
    if not messaging.messaging_enabled:
        return CannotReply.MESSAGING_OFF
    if not patient.takes_messages:
        return CannotReply.PATIENT_INACTIVE if patient.replaced_by is None else CannotReply.CHART_REPLACED
    if actor is not None and Permission.WRITE not in actor.permissions:
        return CannotReply.NOT_PERMITTED
    if patient.stop is not None:
        return CannotReply.STOPPED
    if not somebody_would_catch(patient, messaging, staffing):
        return CannotReply.NOBODY_AVAILABLE
    return None


def cannot_reply_in(size: ConversationSize) -> CannotReply | None:
    """The reason why nobody on the patient's side can reply in a conversation of this size, or None."""
    return CannotReply.CONVERSATION_FULL if size.is_full else None


def shown_as(conversation: Conversation, author: str, author_name: str) -> str:
    """The name under which this member of staff appears to the patient's side.

    Behind a display name, every author appears under the display name. In a thread with a chosen provider, another
    author appears as writing for that provider.
    """
    if conversation.chosen is None or conversation.chosen == author:
        return conversation.display_name
    return f"{initialled(author_name)} for {conversation.display_name}"


def initialled(name: str) -> str:
    """`Nisha Patel, RN` as `N. Patel`; a name of one word stays as it is."""
    words = [word for word in name.partition(",")[0].split() if not word.endswith(".")]
    if len(words) < 2:  # noqa: PLR2004 - a first and a last name.
        return " ".join(words) or name
    return f"{words[0][0]}. {words[-1]}"
