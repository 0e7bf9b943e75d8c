"""How many requests a minute a key, a patient and an address may make (docs/decisions/0054).

Each process counts in its own memory. What it has counted is passed on to the counts that all processes share, so that
no request waits for them.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from math import ceil
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Protocol, cast

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.http.addresses import client_address, counted_network
from adapters.http.problems import TooManyRequests, answer
from router.access.keys import Caller
from router.errors import Invalid, Refusal
from router.messages.message import AnyDraft

if TYPE_CHECKING:
    from adapters.http.connections import Connections

WINDOW_SECONDS = 60
# Other processes learn of each tenth of a limit.
SHARES_OF_A_LIMIT = 10
# Of as many subjects a count is kept; with more, all counts of this minute begin anew.
MOST_SUBJECTS = 200_000
# Of as many, the names are kept: keys write again and again.
MOST_NAMED = 4_096


class Kind(StrEnum):
    """Whose requests are counted."""

    KEY = "key"
    PATIENT = "patient"
    # Only requests without a valid key or session.
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit: `remaining` requests in the next `reset` seconds."""

    kind: Kind
    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has them."""
        return {
            "RateLimit-Policy": f'"{self.kind}";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.kind}";r={self.remaining};t={self.reset}',
        }


class SharedCounts(Protocol):
    """The counts of all processes. None of the calls waits."""

    def add(self, subject: str, limit: int, cost: int) -> None:
        """Count requests that this process has let through."""

    def full_until(self, subject: str) -> float:
        """When a limit that all processes together have reached ends (monotonic seconds); 0 if it isn't reached."""


class NoSharedCounts(SharedCounts):
    """One process is all there is."""

    def add(self, subject: str, limit: int, cost: int) -> None:
        """Share nothing."""

    def full_until(self, _subject: str) -> float:
        """Nobody else counts."""
        return 0.0


@dataclass(slots=True)
class RateLimits:
    """Counts requests against limits (requests a minute by kind); a kind without a limit isn't counted."""

    limits: Mapping[Kind, int] = field(default_factory=dict)
    shared: SharedCounts = field(default_factory=NoSharedCounts)
    clock: Callable[[], float] = monotonic
    _counts: dict[str, int] = field(init=False, default_factory=dict)
    _ends: float = field(init=False, default=0.0)
    _lock: Lock = field(init=False, default_factory=Lock)

    def take(self, kind: Kind, *whose: str) -> Allowance | None:
        """Count one request of this subject; None where there is no limit.

        Raises TooManyRequests when the limit is reached. Safe to call from any thread.
        """
        limit = self.limits.get(kind)
        if not limit:
            return None
        subject, now = _subject(kind, whose), self.clock()
        full_until = self.shared.full_until(subject)
        with self._lock:
            if now >= self._ends or len(self._counts) >= MOST_SUBJECTS:
                self._counts.clear()
                self._ends = now + WINDOW_SECONDS
            count = self._counts.get(subject, 0) + 1
            if count <= limit and full_until <= now:
                self._counts[subject] = count
            ends = self._ends
        if full_until > now:
            ends = full_until if count <= limit else max(ends, full_until)
        if count > limit or full_until > now:
            raise refused(Allowance(kind, limit, 0, ceil(ends - now)))
        share = max(1, limit // SHARES_OF_A_LIMIT)
        if count % share == 0:
            self.shared.add(subject, limit, share)
        return Allowance(kind, limit, limit - count, ceil(ends - now))

    def take_for(self, request: Request, caller: Caller) -> None:
        """Count a request with a valid key, and that for the patient whom its path names.

        The response shows what is left of the key's limit. Raises TooManyRequests.
        """
        request.state.allowance = self.take(Kind.KEY, caller.practice, caller.actor.id)
        patient = request.path_params.get("patient")
        if patient is not None:
            self.take(Kind.PATIENT, caller.practice, patient)

    def admit(self, practice: str, items: Sequence[AnyDraft | Invalid]) -> list[AnyDraft | Refusal]:
        """The items of a batch, with a refusal in place of each whose patient has made too many requests."""
        return [item if isinstance(item, Invalid) else self._admit(practice, item) for item in items]

    def _admit(self, practice: str, draft: AnyDraft) -> AnyDraft | Refusal:
        try:
            self.take(Kind.PATIENT, practice, draft.patient)
        except TooManyRequests as refusal:
            return refusal
        return draft


def refused(spent: Allowance) -> TooManyRequests:
    """The refusal of a request beyond a limit."""
    return TooManyRequests(
        f"More than {spent.limit} requests a minute for one {spent.kind}. Repeat the request in {spent.reset} seconds.",
        retry_seconds=spent.reset,
        headers=spent.headers(),
    )


@lru_cache(MOST_NAMED)
def _subject(kind: Kind, whose: tuple[str, ...]) -> str:
    """A name for the counted client that reveals nothing about it, so that Redis may store it."""
    return f"{kind}:{hashlib.sha256(repr(whose).encode()).hexdigest()[:32]}"


def rate_limits_of(request: Request) -> RateLimits:
    """The limits of the application that answers this request."""
    return cast("RateLimits", request.app.state.rate_limits)


class LimitAddresses:
    """Counts requests by address, unless somebody there had a valid key or session lately."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            state, address = scope["app"].state, client_address(scope)
            connections: Connections = state.connections
            if not connections.is_welcome(address):
                try:
                    state.rate_limits.take(Kind.ADDRESS, counted_network(address))
                except TooManyRequests as refusal:
                    await answer(refusal)(scope, receive, send)
                    return
        await self._app(scope, receive, send)
