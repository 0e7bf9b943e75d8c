"""Requests of one practice that arrive together are committed together.

Requests that arrive while a group of their practice is being committed form the next group. A group costs as much as
many members, so the next one waits a moment until it is as large as the one before it: a client that was just answered
often sends its next message at once. No request waits while the practice is idle, and the busier it is, the more
requests share one commit.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self, cast

from anyio import CapacityLimiter, to_thread
from fastapi import Request

from adapters.http.places import STRANGER, Owner, Places
from router.actors import Actor
from router.errors import UnavailableError, UnknownOutcomeError
from router.messages.acceptance import AcceptOutcome
from router.messages.message import AnyDraft
from router.ports.flows import AcceptFlow

MOST_TOGETHER = 500
# Groups of this many practices are committed at the same time. More would only wait for a connection.
MOST_COMMITS = 8
# So long a group waits to become as large as the one before it.
LINGER_SECONDS = 0.01


@dataclass(slots=True)
class _Waiting:
    draft: AnyDraft
    answer: "asyncio.Future[AcceptOutcome]"

    def settle(self, outcome: AcceptOutcome | Exception) -> None:
        """Answer the request: an outcome is returned to it, an error is raised there. It may be gone already."""
        if self.answer.done():
            return
        # A refusal is an outcome here, though it is an exception as well.
        if isinstance(outcome, AcceptOutcome):
            self.answer.set_result(outcome)
        else:
            self.answer.set_exception(outcome)


@dataclass(slots=True)
class _Queue:
    """The requests of one key that wait; `enough` is set when there are as many as are wanted."""

    waiting: deque[_Waiting] = field(default_factory=deque)
    wanted: int = 1
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, waiting: _Waiting) -> None:
        self.waiting.append(waiting)
        if len(self.waiting) >= self.wanted:
            self.enough.set()

    async def linger(self, wanted: int, seconds: float) -> None:
        """Wait for so many, but no longer than this."""
        self.wanted = wanted
        if len(self.waiting) < wanted:
            self.enough.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.enough.wait()

    def take(self, most: int) -> list[_Waiting]:
        return [self.waiting.popleft() for _ in range(min(len(self.waiting), most))]


@dataclass(slots=True)
class GroupCommit:
    """Makes groups of the messages that single requests bring."""

    flow: AcceptFlow
    places: Places = field(default_factory=Places)
    most_together: int = MOST_TOGETHER
    most_commits: int = MOST_COMMITS
    linger_seconds: float = LINGER_SECONDS
    _queues: dict[tuple[str, Actor], _Queue] = field(init=False, default_factory=dict)
    _tasks: set["asyncio.Task[None]"] = field(init=False, default_factory=set)
    _turns: asyncio.Semaphore = field(init=False)
    _threads: CapacityLimiter | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._turns = asyncio.Semaphore(self.most_commits)

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is being committed."""
        return not self._queues and not self.places.taken

    def arrive(self, owner: Owner = STRANGER) -> "Arrival":
        """A request begins to be read; its arrival ends when it is about to ask for `accept`, or is refused.

        Raises Busy when too many of this owner, or in all, are here already: before anything is done for it, so that
        refusing is cheap however many come.
        """
        self.places.take(owner)
        return Arrival(self.places, owner)

    async def accept(self, practice: str, draft: AnyDraft, by: Actor) -> AcceptOutcome:
        """Accept a message together with others; when this returns a receipt, the message is committed.

        Raises UnknownOutcomeError and UnavailableError as the flow does, and whatever else the flow raised.
        """
        waiting = _Waiting(draft, asyncio.get_running_loop().create_future())
        self.places.keep(Owner(practice, by.id))
        # The audit names the key, so each key has groups of its own.
        queue = self._queues.get((practice, by))
        if queue is None:
            queue = self._queues[practice, by] = _Queue()
            task = asyncio.create_task(self._empty(practice, by, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        queue.add(waiting)
        return await waiting.answer

    async def _empty(self, practice: str, by: Actor, queue: _Queue) -> None:
        owner = Owner(practice, by.id)
        try:
            while queue.waiting:
                async with self._turns:
                    group = queue.take(self.most_together)
                    self.places.leave(owner, len(group))
                    # Skip requests whose client has disconnected; they were never acknowledged.
                    await self._commit(practice, by, [waiting for waiting in group if not waiting.answer.done()])
                if len(group) > 1:
                    await queue.linger(len(group), self.linger_seconds)
        finally:
            del self._queues[practice, by]
            self.places.leave(owner, len(queue.waiting))
            # Empty, unless something ended this task before its time: nothing of these was begun.
            for waiting in queue.waiting:
                waiting.settle(UnavailableError("The service is stopping."))

    async def _commit(self, practice: str, by: Actor, group: Sequence[_Waiting]) -> None:
        """Accept a group and answer every request in it, whatever is raised."""
        if not group:
            return
        if self._threads is None:
            self._threads = CapacityLimiter(self.most_commits)
        drafts = [waiting.draft for waiting in group]
        outcomes: Iterator[AcceptOutcome] = iter(())
        # For requests without an outcome: if the service stops now, the thread may still commit.
        otherwise: Exception = UnknownOutcomeError("The service is stopping.")
        try:
            outcomes = iter(await to_thread.run_sync(self.flow.accept, practice, drafts, by, limiter=self._threads))
        except Exception as error:  # noqa: BLE001 - raised again in each request, whose handlers record it.
            otherwise = error
        finally:
            for waiting in group:
                waiting.settle(next(outcomes, otherwise))


def group_commit_of(request: Request) -> GroupCommit:
    """The groups of the application that answers this request."""
    return cast("GroupCommit", request.app.state.group_commit)


@dataclass(slots=True)
class Arrival:
    """A request that is being read."""

    places: Places
    owner: Owner
    ended: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """It is read, or refused; saying so again changes nothing."""
        if not self.ended:
            self.ended = True
            self.places.leave(self.owner)

    def belongs_to(self, owner: Owner) -> None:
        """Its key is known now. Raises Busy when too many of this owner are here already."""
        self.places.take(owner)
        self.places.leave(self.owner)
        self.owner = owner
