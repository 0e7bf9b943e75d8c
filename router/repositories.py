"""What the flows ask of the database, one repository a subject. None of them commits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from router.actors import Actor
from router.answers import Event, HandedOver, NewEvent, NoteOnHandOver, Reader, Reply, Undone
from router.audit import AuditEntry
from router.availability import Absence, Staffing
from router.conversation import Conversation, Entry
from router.distribution import Distribution
from router.message import DeliveryState
from router.notification import LeasedNotification, SentNotification
from router.people import Patient, Practice, Roster, Site
from router.records import (
    AuditRow,
    Backlog,
    Breach,
    Claim,
    ClaimedMessage,
    DistributionVersion,
    InboxItem,
    Key,
    KnownMessage,
    NewDelivery,
    NewMessage,
    ParkedItem,
    Receipt,
    Routed,
    SeenWorker,
    StoredResolution,
)
from router.roster import RosterChange
from router.topics import Topic
from router.trace import TracedDelivery

Position = tuple[datetime, UUID]


class Practices(Protocol):
    """The tenants."""

    def add(self, practice: Practice) -> bool:
        """Store a new practice; False when the id is taken."""

    def get(self, practice: str) -> Practice | None:
        """The practice as it is."""

    def all(self) -> list[Practice]:
        """All of them, by id."""

    def hold(self, practices: Iterable[str]) -> dict[str, Practice]:
        """Read them and keep roster and settings from changing until the transaction ends."""

    def change_roster(self, practice: str) -> None:
        """Count a change of the roster or an absence, alone with this practice until the transaction ends."""

    def change_distribution(self, practice: str) -> int:
        """Count a change of the settings, alone with this practice; returns the new version."""


class Rosters(Protocol):
    """Sites, staff, patients and care teams."""

    def whole(self, practice: str) -> Roster:
        """Everybody and every place."""

    def staffing(self, practice: Practice) -> Staffing:
        """The staff and their absences; kept in memory for as long as the practice's version stands."""

    def sites(self, practice: Practice) -> Mapping[str, Site]:
        """The sites, hidden ones included; kept in memory likewise."""

    def patients(self, practice: str, ids: Iterable[str]) -> dict[str, Patient]:
        """These patients, with care team and authorized users; unknown ids are left out."""

    def apply(self, practice: str, change: RosterChange) -> None:
        """Write what a plan says, in bulk."""


class Absences(Protocol):
    """Who is away."""

    def put(self, practice: str, absence: Absence) -> None:
        """Set somebody's one absence, in place of the one they had."""

    def remove(self, practice: str, staff: str) -> bool:
        """Take an absence away; False when there was none."""


class Distributions(Protocol):
    """The settings and their versions."""

    def current(self, practice: Practice) -> Distribution:
        """What is in force; kept in memory for as long as the practice's version stands."""

    def version(self, practice: str, version: int) -> tuple[DistributionVersion, Distribution] | None:
        """A stored version."""

    def versions(self, practice: str, before: int | None, limit: int) -> list[DistributionVersion]:
        """Stored versions, newest first, from the one before `before`."""

    def save(self, practice: str, distribution: Distribution, actor: Actor, changes: Sequence[str]) -> None:
        """Store a new version."""


class Messages(Protocol):
    """What patients wrote."""

    def known(self, practice: str, keys: Iterable[str]) -> dict[str, KnownMessage]:
        """The messages that belong to these idempotency keys."""

    def add(self, practice: str, messages: Sequence[NewMessage]) -> None:
        """Store accepted messages and the conversations that they start."""

    def receipt(self, practice: str, message: UUID) -> Receipt | None:
        """What the patient's side may know."""

    def requeue_ownerless(self, practice: str) -> int:
        """Return what is parked as `no_active_staff` to be routed; says how many."""

    def requeue(self, practice: str, message: UUID) -> bool:
        """Return one parked message to be routed, its failures forgotten; False when it isn't parked."""

    def resolutions(self, practice: str, message: UUID) -> list[StoredResolution]:
        """Every resolution of a message, oldest first."""

    def deliveries(self, practice: str, message: UUID) -> list[TracedDelivery]:
        """What became of the message, by recipient, with notifications and their attempts."""


class Routing(Protocol):
    """Accepted messages on their way into inboxes."""

    def claim(self, limit: int, share: int) -> list[Claim]:
        """Claim at most `limit` waiting messages, at most `share` of a practice, skipping what others hold."""

    def claim_one(self, practice: str, message: UUID) -> Claim | None:
        """Claim this one if it still waits and nobody holds it."""

    def read(self, claims: Sequence[Claim]) -> list[ClaimedMessage]:
        """Read what the cascade asks about each of them."""

    def store(self, routed: Sequence[Routed]) -> None:
        """Write resolutions, deliveries and notifications, and advance or park the messages."""

    def resolve_again(self, routed: Routed) -> None:
        """Store one more resolution of a message that was delivered before."""

    def count_failure(self, practice: str, message: UUID, retry_after: timedelta, park_after: int) -> bool:
        """Count a failed try; at `park_after` of them the message is parked and True returned."""


class Inboxes(Protocol):
    """Deliveries as staff see them."""

    def items(
        self,
        practice: str,
        staff: str,
        states: Iterable[DeliveryState],
        before: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[InboxItem]:
        """Deliveries in these states, newest first."""

    def owned(self, practice: str, staff: str, before: tuple[datetime, UUID] | None, limit: int) -> list[InboxItem]:
        """Deliveries in conversations that this person owns, newest first."""

    def unread(self, practice: str, staff: str) -> int:
        """How many are unread."""

    def item(self, practice: str, delivery: UUID) -> InboxItem | None:
        """One delivery; the row is held until the transaction ends."""

    def mark(self, practice: str, delivery: UUID, state: DeliveryState) -> bool:
        """Change a delivery's state; the first opening opens its message. Says whether it did."""


class Notifications(Protocol):
    """Emails that are due, leased, sent or parked."""

    def lease(self, token: UUID, seconds: int, limit: int) -> list[LeasedNotification]:
        """Lease due notifications and those whose lease ran out; none while the relay is paused."""

    def record(self, token: UUID, outcomes: Sequence[SentNotification]) -> int:
        """Record what became of leased ones; rows that the token no longer holds are left alone. Says how many were."""

    def pause_relay(self, answer: str) -> datetime:
        """Stop leasing for a while that grows with each failure in a row; returns until when."""

    def resume_relay(self) -> None:
        """The relay works: lease again."""

    def requeue(self, practice: str, notification: UUID) -> bool:
        """Make a parked notification due again; False when it isn't parked."""


class Operations(Protocol):
    """What operators look at: ids and counts, never texts."""

    def backlog(self, practice: str | None) -> list[Backlog]:
        """What waits, by queue, of one practice or of all."""

    def parked(self, practice: str | None, before: UUID | None, limit: int) -> list[ParkedItem]:
        """What is parked, newest first, from before the one named."""

    def parked_item(self, item: UUID) -> ParkedItem | None:
        """One parked message or notification."""

    def parked_counts(self, practice: str | None) -> dict[tuple[str, str], int]:
        """How many are parked, by kind and reason, of one practice or of all."""

    def seen(self, worker: str, queues: str) -> None:
        """Record a sign of life of a worker process and forget those silent for a day."""

    def workers(self, within: timedelta) -> list[SeenWorker]:
        """The worker processes that were seen within this time."""

    def relay(self) -> tuple[datetime, str] | None:
        """Until when leasing is paused and the relay's answer, if it is."""


class Reconciliation(Protocol):
    """Promises 1 to 4, checked from the tables."""

    def breaches(self) -> list[Breach]:
        """Every row of every practice that breaks one."""

    def counted(self) -> dict[str, int]:
        """How many messages, deliveries and notifications were looked at."""


class Conversations(Protocol):
    """Conversations as the patient's side reads them."""

    def get(self, practice: str, conversations: Iterable[UUID]) -> dict[UUID, Conversation]:
        """These conversations; unknown ids are left out."""

    def of_patient(
        self, practice: str, patient_id: str, topic: Topic | None, before: Position | None, limit: int | None
    ) -> list[Conversation]:
        """A patient's conversations, newest first."""

    def entries(self, practice: str, conversations: Sequence[UUID]) -> list[Entry]:
        """Everything that was written in them, oldest first."""

    def read_until(self, practice: str, conversations: Sequence[UUID], reader: str) -> dict[UUID, datetime]:
        """Up to when this reader (empty: the patient) has read each of them."""

    def mark_read(self, practice: str, conversation_id: UUID, reader: str) -> None:
        """This reader has read everything up to now."""


class Answers(Protocol):
    """What staff answer, claim and hand on."""

    def replied(self, practice: str, idempotency_key: str) -> tuple[UUID, str] | None:
        """The reply that this key belongs to, and its fingerprint."""

    def handed_over(self, practice: str, idempotency_key: str) -> str | None:
        """The fingerprint of the hand-over that this key belongs to."""

    def hold(self, practice: str, conversation_id: UUID) -> None:
        """Keep others from answering or claiming in this conversation until the transaction ends."""

    def own(self, practice: str, conversation_id: UUID, owner: str | None) -> None:
        """Make somebody the owner of a conversation, or nobody."""

    def disown(self, practice: str, owners: Iterable[str]) -> int:
        """Take every conversation from these owners; says how many."""

    def handle(self, practice: str, message_id: UUID, by: str) -> None:
        """The siblings of whoever handles a message see by whom, and it leaves their unread list."""

    def answer(self, practice: str, message_id: UUID) -> bool:
        """The message is answered, and so it was opened; False when it was before."""

    def add(self, practice: str, new: Reply, readers: Sequence[tuple[UUID, Reader]]) -> None:
        """Store a reply, with a due notification (its id is given) for each reader who is to be told."""

    def messages_of(self, practice: str, conversation_id: UUID) -> list[UUID]:
        """The messages of a conversation that were delivered, oldest first."""

    def give(
        self, practice: str, message_id: UUID, new: NewDelivery, handed: HandedOver | None, *, reopen: bool = False
    ) -> None:
        """Put a message into one more inbox and record the hand-over.

        Somebody who has the message already finds it unread again if it had gone from them, or if it is to be reopened.
        """

    def notes(self, practice: str, conversation_id: UUID) -> list[NoteOnHandOver]:
        """The hand-overs in a conversation, oldest first."""

    def move(self, practice: str, deliveries: Iterable[UUID]) -> None:
        """These deliveries went to somebody else; who had them can still read them."""

    def of_leavers(self, practice: str) -> list[Undone]:
        """What is not done and belongs to somebody who has left."""

    def of_absent(self, limit: int) -> list[tuple[str, Undone]]:
        """What is unread and belongs to somebody whose absence has begun, with the practice; skips what others hold."""


class Events(Protocol):
    """What frontends hear of."""

    def add(self, practice_id: str, events: Sequence[NewEvent]) -> None:
        """Write events in the transaction of what happened."""

    def number(self, practice_id: str) -> None:
        """Number what is committed and has no number yet."""

    def after(self, practice_id: str, number: int, limit: int) -> list[Event]:
        """Numbered events after this one, in order."""


class Keys(Protocol):
    """API keys."""

    def add(self, key: Key) -> None:
        """Store a new key."""

    def get(self, key: str) -> Key | None:
        """The key with this public id, of whatever practice."""

    def all(self, practice: str) -> list[Key]:
        """A practice's keys, oldest first."""

    def revoke(self, practice: str, key: str) -> bool:
        """Revoke it from now on; False when there is no such key in force."""


class AuditLog(Protocol):
    """The append-only record."""

    def add(self, entries: Sequence[AuditEntry]) -> None:
        """Write rows in the transaction of the acts."""

    def rows(self, practice: str, before: UUID | None, limit: int) -> list[AuditRow]:
        """Rows, newest first."""
