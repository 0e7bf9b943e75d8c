"""Requests that wait for one another, before a flow that accepts them when a test says so."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from adapters.http.group_commit import MOST_TOGETHER, GroupCommit
from adapters.http.places import Places
from router.actors import Actor, ActorKind
from router.errors import Invalid, Refusal
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


async def first_under_way(flow: GatedAccept, group_commit: GroupCommit) -> "asyncio.Task[Receipt | Refusal]":
    """A request whose group is being committed."""
    task = asyncio.create_task(group_commit.accept("clinic", a_draft("first"), KEY_ONE))
    assert await asyncio.to_thread(flow.begun.wait, WAIT_SECONDS)
    return task


async def queue_up(
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
