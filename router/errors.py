"""Errors that any part of Careroute may raise; none of their texts holds patient data.

A refusal that carries a value of one subject, such as a compose form, is declared beside that value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that is wrong: a dotted path and what is wrong with it, in words.

    `key` is the id of the record of a list that it belongs to, where the record has one.
    """

    field: str
    message: str
    key: str | None = None


class CarerouteError(Exception):
    """The base of every error that Careroute raises on purpose."""


class IllegalTransitionError(CarerouteError):
    """A change of state that its table doesn't allow."""


class UnknownOutcomeError(CarerouteError):
    """The connection was lost while committing: the caller repeats with the same idempotency keys."""


class UnavailableError(CarerouteError):
    """The database can't be reached or can't store anything now."""


class Refusal(CarerouteError):  # noqa: N818 - a refusal is an answer to the caller, with a slug, not a defect.
    """The request can't be done; nothing was stored."""

    slug: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)

    @classmethod
    def at(cls, field: str, message: str) -> Self:
        """A refusal about a single field."""
        return cls(f"{field}: {message}", [FieldError(field, message)])


class Invalid(Refusal):
    """Fields have values that they can't have."""

    slug = "invalid"
    title = "Some fields are not valid"


class NotFound(Refusal):
    """There is no such thing in this practice; an id of another practice gets the same answer."""

    slug = "not-found"
    title = "Not found"


class Unauthenticated(Refusal):
    """The key or the sign-in is missing, wrong or revoked."""

    slug = "unauthenticated"
    title = "A valid key is needed"


class Forbidden(Refusal):
    """The key lacks the scope, or the person the role."""

    slug = "forbidden"
    title = "Not allowed"


class Stale(Refusal):
    """What was edited has changed meanwhile."""

    slug = "stale"
    title = "Somebody else saved changes first"


class Conflict(Refusal):
    """The request conflicts with the current state."""

    slug = "conflict"
    title = "This can't be done now"


class GuardedReplace(Refusal):
    """A replace would deactivate more people than it may without `allow_deactivate`."""

    slug = "would-deactivate"
    title = "This would deactivate too many people"


class KeyReused(Refusal):
    """The idempotency key belongs to a message with other fields."""

    slug = "idempotency-key-reused"
    title = "The idempotency key was used for a different request"


class ReplyRefused(Refusal):
    """Nobody can write in this conversation now, for the reason that the thread gives in `can_reply`."""

    slug = "reply-refused"
    title = "You can't reply now"

    def __init__(self, reason: str) -> None:
        super().__init__("You can't reply in this conversation now.", [FieldError("conversation", reason)])
        self.reason = reason


class Defective(Refusal):
    """A defect prevented this message from being stored; nothing of it was stored."""

    slug = "internal"
    title = "Something went wrong"


# The connection is lost or the database is full: no message is to blame, and all wait for the next turn.
DATABASE_TROUBLE = (UnavailableError, UnknownOutcomeError)
