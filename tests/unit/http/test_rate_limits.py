"""How many requests a key, a patient and an address may make."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from limits.errors import StorageError

from adapters.http.problems import TooManyRequests
from adapters.http.rate_limits import Allowance, Kind, RateLimits, SharedCounts
from adapters.http.shared_counts import RedisCounts
from router.errors import Invalid
from router.messages.message import Draft
from router.practice.topics import Topic

PRACTICE = "clinic"


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class ToldCounts(SharedCounts):
    """Keeps what it is told, and is full as a test says."""

    told: list[tuple[int, int]] = field(default_factory=list)
    full: float = 0.0

    def add(self, _subject: str, limit: int, cost: int) -> None:
        self.told.append((limit, cost))

    def full_until(self, _subject: str) -> float:
        return self.full


def is_refused(limits: RateLimits, *whose: str, kind: Kind = Kind.KEY) -> Mapping[str, str]:
    """The headers of the refusal; empty where the request is let through."""
    try:
        limits.take(kind, *whose)
    except TooManyRequests as refusal:
        return refusal.headers
    return {}


def test_a_limit_is_each_ones_own_and_ends_with_the_minute() -> None:
    clock = Clock()
    limits = RateLimits({Kind.KEY: 2}, clock=clock)

    assert limits.take(Kind.KEY, PRACTICE, "one") == Allowance(Kind.KEY, 2, 1, 60)
    assert limits.take(Kind.KEY, PRACTICE, "one") == Allowance(Kind.KEY, 2, 0, 60)
    clock.now = 45
    assert is_refused(limits, PRACTICE, "one") == {
        "Retry-After": "15",
        "RateLimit-Policy": '"key";q=2;w=60',
        "RateLimit": '"key";r=0;t=15',
    }
    assert not is_refused(limits, PRACTICE, "two")
    assert not is_refused(limits, "other", "one")
    assert not is_refused(limits, PRACTICE, "one", kind=Kind.PATIENT)
    clock.now = 60
    assert not is_refused(limits, PRACTICE, "one")


def test_what_is_counted_is_shared_in_tenths_of_the_limit() -> None:
    """So that a patient who writes a message costs no way to Redis."""
    shared = ToldCounts()
    limits = RateLimits({Kind.KEY: 20}, shared, Clock())

    for _ in range(5):
        limits.take(Kind.KEY, "one")

    assert shared.told == [(20, 2), (20, 2)]


def test_what_all_processes_counted_together_is_the_limit() -> None:
    clock = Clock()
    limits = RateLimits({Kind.KEY: 20}, ToldCounts(full=30.0), clock)

    assert is_refused(limits, "one")["Retry-After"] == "30"
    clock.now = 30
    assert not is_refused(limits, "one")


def test_in_a_batch_each_patient_has_a_limit() -> None:
    limits = RateLimits({Kind.PATIENT: 1}, clock=Clock())
    drafts = [Draft(f"key-{patient}", patient, Topic.BILLING, "A bill", "A question.") for patient in ("a", "b", "a")]
    wrong = Invalid("no")

    first, second, third, fourth = limits.admit(PRACTICE, [*drafts, wrong])

    assert (first, second, fourth) == (drafts[0], drafts[1], wrong)
    assert isinstance(third, TooManyRequests)


@dataclass
class Limiter:
    """Redis as a test wants it."""

    error: StorageError | None = None

    def hit(self, _item: object, _subject: str, *, cost: int) -> bool:
        if self.error is not None:
            raise self.error
        return cost < 10


def test_a_redis_that_fails_is_reported_once_and_limits_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[Exception | None] = []
    redis = Limiter(StorageError(OSError("refused")))
    monkeypatch.setattr(RedisCounts, "_connect", lambda _self: redis)
    counts = RedisCounts("redis://nowhere", reported.append)

    for error in (redis.error, redis.error, None, None):
        redis.error = error
        counts.share("subject", 100, 5)

    assert [type(one) for one in reported] == [StorageError, type(None)]
    assert counts.full_until("subject") == 0
