"""Notifications: what an email may say, and how sending it can end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from router.messages.smtp_refusals import PERMANENT, About, about
from router.messages.states import NotificationState


class Kind(StrEnum):
    """What a notification is about."""

    STAFF_DELIVERY = "staff_delivery"
    # The next two are caused by a step of a ladder.
    STAFF_REMINDER = "staff_reminder"
    STAFF_ALERT = "staff_alert"
    # A message that had gone from an inbox is in it again, or has gone from it.
    STAFF_RETURNED = "staff_returned"
    STAFF_HANDED_OVER = "staff_handed_over"
    # Once a day, while anything is overdue.
    STAFF_OVERDUE = "staff_overdue"
    PATIENT_REPLY = "patient_reply"
    # The next two bring a link by which a member of staff chooses a password.
    STAFF_INVITATION = "staff_invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of email.


# Nobody is sent one of these more than once in PACE; one email covers everything that happened before it.
PACED_KINDS = frozenset({Kind.STAFF_REMINDER, Kind.STAFF_ALERT, Kind.STAFF_RETURNED, Kind.STAFF_HANDED_OVER})
PACE = timedelta(minutes=15)

# Their links hold a secret with which anybody can choose the password.
LINK_KINDS = frozenset({Kind.STAFF_INVITATION, Kind.PASSWORD_RESET})


@dataclass(frozen=True, slots=True)
class Mail:
    """Everything that an email may say; no field can hold patient data. The link may be a secret of its reader.

    `sender` is the name that the practice has set; empty: the email names nobody. `to_portal`: the link is the address
    of the practice's own portal. `unsubscribe` is the address that turns these emails off; empty: they can't be.
    `practice` is the id of the practice, which the email doesn't name.
    """

    notification: UUID
    kind: Kind
    recipient: str
    link: str = field(repr=False)
    sender: str = ""
    to_portal: bool = False
    urgent: bool = False
    unsubscribe: str = field(default="", repr=False)
    practice: str = ""

    @property
    def secret(self) -> str:
        """The token in the link; empty where the link holds none."""
        return self.link.rpartition("=")[2] if self.kind in LINK_KINDS else ""


class SendOutcome(StrEnum):
    """How one attempt to send ended (RFC 5321, section 4.2.1, for the kinds of reply)."""

    SENT = "sent"
    # A 5xx to RCPT or after DATA that is about the address: this email will never be taken.
    REJECTED = "rejected"
    # A 4xx there, a time-out, or a connection that dropped after MAIL FROM: later.
    DEFERRED = "deferred"
    # Connect, TLS, EHLO, AUTH or MAIL FROM failed, or a 5xx is about the sender: the relay's trouble, not this email's.
    RELAY = "relay"
    NOT_BEGUN = "not_begun"


@dataclass(frozen=True, slots=True)
class SmtpReply:
    """The mail server's reply to one email; `text` is the reply, or the error in words.

    `refusal` is what a refusal is about if more than its words say so, such as the command that it answers.
    """

    notification: UUID
    outcome: SendOutcome
    code: int | None
    text: str
    refusal: About | None = field(default=None, compare=False)

    @property
    def speaks_of(self) -> About:
        """Whom a refusal speaks of."""
        return self.refusal or about(self.code, self.text)


class Suppression(StrEnum):
    """Why an email isn't sent."""

    READ_ALREADY = "read_already"
    INACTIVE = "inactive"
    NO_ADDRESS = "no_address"
    # The link that it would bring was used, replaced, or is too old.
    LINK_ENDED = "link_ended"
    # Another notification of the same event, to the same address, carries it.
    MERGED = "merged"
    # About a private conversation, at an address that an authorized user has as well.
    SHARED_ADDRESS = "shared_address"
    # Its reader chose to get none; see router.messages.email_choice.
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True)
class LeasedNotification:
    """A notification that one process may send now; `suppressed` says why it is no longer needed.

    `about` is a delivery, a reply, or, for a link to choose a password, the notification itself; `generation` is that
    link's, see router.access.password_links.PasswordLink.
    `event` groups notifications that one email to an address covers; it is empty if each is an event of its own.
    `happened_at` is when the event happened, for kinds that are paced.
    `refused_before`: the relay refused it last time, without that counting as a failed attempt.
    """

    practice: str
    id: UUID
    kind: Kind
    about: UUID
    address: str
    deferrals: int
    suppressed: Suppression | None = None
    refused_before: bool = False
    event: str = ""
    generation: int = 0
    happened_at: datetime | None = None
    # Whether the message that it is about is urgent: then the subject says so, and nothing else carries it.
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class OtherNotification:
    """Another notification of a leased event that isn't in the lease itself: in flight, or just sent."""

    notification: LeasedNotification
    due_at: datetime
    sent_at: datetime | None

    @property
    def id(self) -> UUID:
        """The notification's id."""
        return self.notification.id


@dataclass(frozen=True, slots=True)
class Lease:
    """Notifications that only one process may send until the lease ends; recording outcomes needs the token."""

    token: UUID
    at: datetime
    ends: datetime
    notifications: tuple[LeasedNotification, ...]
    others: tuple[OtherNotification, ...] = ()


@dataclass(frozen=True, slots=True)
class SentNotification:
    """The outcome of a leased notification: its next state, when it is due again, and the reply to record."""

    practice: str
    id: UUID
    state: NotificationState
    due_at: datetime
    deferrals: int
    reason: str | None = None
    answer: SmtpReply | None = None
    # Of one that is merged: the notification that carries it.
    carrier: UUID | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody to notify, with the id of the notification; without an address it is suppressed at once.

    `message` is set if it is about one.
    """

    notification: UUID
    staff: str
    has_address: bool
    message: UUID | None = None


# What is recorded of an email that could not be built.
UNBUILT = "the email could not be built"
# How lately an email must have been sent to tell of what came since as well.
TOLD_WITHIN = timedelta(minutes=1)
BEGINS_WITHIN_MILLISECONDS = 50


def begins_conversation(message: UUID, conversation: UUID) -> bool:
    """Whether a message is the first of its conversation: then both ids (UUIDv7, RFC 9562) have the same time."""
    return (message.int >> 80) - (conversation.int >> 80) < BEGINS_WITHIN_MILLISECONDS


def event_of_conversation(conversation: UUID) -> str:
    """The event of messages and replies in one conversation."""
    return f"conversation {conversation}"


# The reason of a notification that is due again since the relay refused it.
RELAY_REFUSED = "relay_refused"
# It stands behind what the relay wasn't asked yet, so that a few that it refuses can't keep all others waiting.
BEHIND = timedelta(milliseconds=1)
# How long to wait after each deferral; after the last one the notification is parked with its answer.
DEFERRALS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240, 240, 480, 480))
JITTER_SHARE = 0.2


def backoff(notification: UUID, deferrals: int) -> timedelta | None:
    """How long to wait after this many deferrals, or None to give up.

    The jitter spreads retries by up to a fifth. It is derived from the id, so the function stays deterministic.
    """
    if deferrals > len(DEFERRALS):
        return None
    wait = DEFERRALS[deferrals - 1]
    return wait + wait * JITTER_SHARE * (notification.int % 1000) / 1000


def after(leased: LeasedNotification, answer: SmtpReply, now: datetime) -> SentNotification:
    """Decide what a reply means for the notification."""
    deferrals, due_at, reason = leased.deferrals, now, None
    match answer.outcome:
        case SendOutcome.SENT:
            state = NotificationState.SENT
        case SendOutcome.REJECTED:
            state, reason = NotificationState.PARKED, "rejected"
        case SendOutcome.DEFERRED:
            deferrals += 1
            wait = backoff(leased.id, deferrals)
            state = NotificationState.DUE if wait else NotificationState.PARKED
            due_at, reason = now + (wait or timedelta()), "deferred" if wait else "deferred_too_often"
        case SendOutcome.RELAY:
            # Nothing is charged; that it was refused is remembered, since the next time it may be.
            state = NotificationState.DUE
            reason = RELAY_REFUSED if (answer.code or 0) >= PERMANENT else None
            due_at = now + BEHIND if reason else now
        case _:
            state = NotificationState.DUE
            if leased.refused_before:
                due_at, reason = now + BEHIND, RELAY_REFUSED
    recorded = answer if answer.outcome is not SendOutcome.NOT_BEGUN else None
    return SentNotification(leased.practice, leased.id, state, due_at, deferrals, reason, recorded)


RELAY_PAUSE_LONGEST = timedelta(seconds=60)


def relay_pause(failures: int) -> timedelta:
    """How long to leave a relay alone after this many failures in a row: 1 s, doubling up to a minute."""
    return min(timedelta(seconds=2 ** min(failures - 1, 10)), RELAY_PAUSE_LONGEST)
