"""Requests of one practice that arrive together are committed together, and none harms another."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from adapters.http.group_commit import MOST_TOGETHER, GroupCommit
from adapters.http.places import Places
from adapters.http.problems import Busy
from router.actors import Actor, ActorKind
from router.errors import Invalid, Refusal, UnavailableError, UnknownOutcomeError
from router.messages.acceptance import Receipt
from router.messages.message import AnyDraft, Draft
from router.messages.states import State
from router.practice.topics import Topic

KEY_ONE, KEY_TWO = Actor(ActorKind.KEY, "one"), Actor(ActorKind.KEY, "two")
WAIT_SECONDS = 10


def a_draft(key: str) -> Draft:
    return Draft(key, "pat", Topic.BILLING, "A bill", "A question.")


@dataclass
class GatedAccept:
    """Accepts what it is given once its gate is open; with an error it raises that."""

    error: BaseException | None = None
    forgets: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    groups: list[tuple[str, str, list[str]]] = field(default_factory=list)
    stored: dict[str, Receipt] = field(default_factory=dict)

    def accept(self, practice: str, drafts: Sequence[AnyDraft], by: Actor) -> list[Receipt | Refusal]:
        self.groups.append((practice, by.id, [draft.idempotency_key for draft in drafts]))
        self.begun.set()
        assert self.gate.wait(WAIT_SECONDS)
        if self.error:
            raise self.error
        return [self._one(draft) for draft in drafts][self.forgets :]

    def _one(self, draft: AnyDraft) -> Receipt | Refusal:
        if draft.idempotency_key == "refused":
            return Invalid("no")
        now = datetime(2026, 3, 2, tzinfo=UTC)
        fresh = Receipt(uuid4(), uuid4(), State.ACCEPTED, "Billing Office", now)
        return self.stored.setdefault(draft.idempotency_key, fresh)


async def _first_under_way(flow: GatedAccept, group_commit: GroupCommit) -> "asyncio.Task[Receipt | Refusal]":
    """A request whose group is being committed."""
    task = asyncio.create_task(group_commit.accept("clinic", a_draft("first"), KEY_ONE))
    assert await asyncio.to_thread(flow.begun.wait, WAIT_SECONDS)
    return task


async def _queued(
    group_commit: GroupCommit, *keys: str, by: Actor = KEY_ONE
) -> "list[asyncio.Task[Receipt | Refusal]]":
    """Requests that wait behind the one under way."""
    tasks = [asyncio.create_task(group_commit.accept("clinic", a_draft(key), by)) for key in keys]
    await asyncio.sleep(0)
    return tasks


Story = Callable[[GatedAccept, GroupCommit], Coroutine[None, None, None]]


def play(story: Story, flow: GatedAccept | None = None, **limits: int) -> GatedAccept:
    """Let a story happen in an event loop of its own."""
    flow = flow or GatedAccept()
    together = limits.pop("most_together", MOST_TOGETHER)
    asyncio.run(story(flow, GroupCommit(flow, Places(**limits), together)))
    return flow


def test_a_single_request_goes_at_once() -> None:
    """When nothing is under way, a request is a group of its own."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        flow.gate.set()

        answer = await group_commit.accept("clinic", a_draft("first"), KEY_ONE)

        assert answer is flow.stored["first"]

    assert play(story).groups == [("clinic", "one", ["first"])]


def test_what_arrives_meanwhile_goes_together() -> None:
    """Requests that arrive while a group is committed are the next group, in their order."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await _first_under_way(flow, group_commit)
        queued = await _queued(group_commit, "a", "b", "refused", "c")
        flow.gate.set()

        answers = await asyncio.gather(first, *queued)

        assert [isinstance(answer, Receipt) for answer in answers] == [True, True, True, False, True]
        assert answers[1] is flow.stored["a"]
        assert answers[4] is flow.stored["c"]

    assert [keys for _, _, keys in play(story).groups] == [["first"], ["a", "b", "refused", "c"]]


def test_a_group_waits_for_as_many_as_were_just_answered() -> None:
    """Whoever writes the next message as soon as it hears of the last one shares a commit again."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        group_commit.linger_seconds = WAIT_SECONDS
        first = await _first_under_way(flow, group_commit)
        queued = await _queued(group_commit, "a", "b", "c")
        flow.gate.set()
        await asyncio.gather(first, *queued)

        again = [*await _queued(group_commit, "d"), *await _queued(group_commit, "e", "f")]

        await asyncio.gather(*again)

    assert [keys for _, _, keys in play(story).groups] == [["first"], ["a", "b", "c"], ["d", "e", "f"]]


def test_a_group_does_not_wait_for_long() -> None:
    """Those who were answered may have nothing more to say."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await _first_under_way(flow, group_commit)
        queued = await _queued(group_commit, "a", "b", "c")
        flow.gate.set()
        await asyncio.gather(first, *queued)

        assert isinstance(await group_commit.accept("clinic", a_draft("d"), KEY_ONE), Receipt)

    assert [keys for _, _, keys in play(story).groups] == [["first"], ["a", "b", "c"], ["d"]]


def test_an_arrival_ends_once() -> None:
    """Saying so again changes nothing: it would make room for one too many."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        flow.gate.set()
        with group_commit.arrive() as ended, group_commit.arrive():
            ended.end()
            ended.end()
            group_commit.places.most = 1
            with pytest.raises(Busy):
                group_commit.arrive()

    play(story)


def test_a_group_has_a_limit() -> None:
    """A long queue goes as several groups."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await _first_under_way(flow, group_commit)
        queued = await _queued(group_commit, "a", "b", "c")
        flow.gate.set()

        await asyncio.gather(first, *queued)

    assert [keys for _, _, keys in play(story, most_together=2).groups] == [["first"], ["a", "b"], ["c"]]


def test_keys_are_not_mixed() -> None:
    """Each key has its own groups, as the audit tells them apart."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await _first_under_way(flow, group_commit)
        (other,) = await _queued(group_commit, "other", by=KEY_TWO)
        queued = await _queued(group_commit, "a")
        flow.gate.set()

        await asyncio.gather(first, other, *queued)

    groups = play(story).groups
    assert ("clinic", "two", ["other"]) in groups
    assert ("clinic", "one", ["a"]) in groups


def test_a_full_queue_is_refused() -> None:
    """Beyond the limit a request is told to come again before it is read, and those that wait are served."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await _first_under_way(flow, group_commit)
        queued = await _queued(group_commit, "a", "b")

        with pytest.raises(Busy):
            group_commit.arrive()

        flow.gate.set()
        await asyncio.gather(first, *queued)
        assert isinstance(await group_commit.accept("clinic", a_draft("c"), KEY_ONE), Receipt)

    play(story, most=2)


@pytest.mark.parametrize("error", [UnavailableError("down"), UnknownOutcomeError("lost")])
def test_a_lost_database_is_told_to_all(error: Exception) -> None:
    """Whoever is in a group whose commit is lost hears so, and nobody waits for ever."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await _first_under_way(flow, group_commit)
        queued = await _queued(group_commit, "a", "b")
        flow.gate.set()

        answers = await asyncio.gather(first, *queued, return_exceptions=True)

        assert answers == [error] * 3

    play(story, GatedAccept(error))


class Escape(BaseException):
    """What `except Exception` doesn't catch."""


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (GatedAccept(ZeroDivisionError()), [ZeroDivisionError] * 4),
        # What is left in the queue was never begun.
        (GatedAccept(Escape()), [UnknownOutcomeError, UnavailableError, UnavailableError, UnavailableError]),
        # A flow that breaks its word, with too few answers.
        (GatedAccept(forgets=1), [UnknownOutcomeError, Receipt, Receipt, UnknownOutcomeError]),
    ],
)
def test_everyone_is_answered_whatever_is_raised(flow: GatedAccept, expected: list[type]) -> None:
    """Nobody waits for ever, and afterwards the next ones are served."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await _first_under_way(flow, group_commit)
        (emptying,) = asyncio.all_tasks() - {first, asyncio.current_task()}
        queued = await _queued(group_commit, "a", "b", "c")
        flow.gate.set()

        async with asyncio.timeout(WAIT_SECONDS):
            answers = await asyncio.gather(first, *queued, return_exceptions=True)

        assert [type(answer) for answer in answers] == expected
        flow.error, flow.forgets = None, 0
        assert isinstance(await group_commit.accept("clinic", a_draft("d"), KEY_ONE), Receipt)
        # Python logs what nobody asks a task for, whenever it collects the task: within some later test.
        await asyncio.wait({emptying}, timeout=WAIT_SECONDS)
        assert isinstance(emptying.exception(), Escape) == (UnavailableError in expected)

    play(story, flow)


def test_whoever_goes_away_harms_nobody() -> None:
    """A request that is cancelled while it waits is left out; those around it are served."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await _first_under_way(flow, group_commit)
        queued = await _queued(group_commit, "a", "gone", "b")
        queued[1].cancel()
        await asyncio.sleep(0)
        flow.gate.set()

        answers = await asyncio.gather(first, queued[0], queued[2])

        assert all(isinstance(answer, Receipt) for answer in answers)

    assert [keys for _, _, keys in play(story).groups] == [["first"], ["a", "b"]]


def test_nothing_is_left_behind() -> None:
    """Served queues are forgotten, however they ended, so that practices don't add up."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        flow.gate.set()
        for key, error in (("first", None), ("bad", ZeroDivisionError()), ("refused", None)):
            flow.error = error
            await asyncio.gather(group_commit.accept("clinic", a_draft(key), KEY_ONE), return_exceptions=True)
        await asyncio.sleep(0)

        assert group_commit.idle

    play(story)
