"""Checks of one key that arrive together share a look that begins after all of them arrived."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from adapters.http.auth import KeyChecks
from router.access.keys import Caller
from router.actors import Actor, ActorKind, Scope
from router.errors import Unauthenticated

if TYPE_CHECKING:
    from router.ports.flows import KeyFlow

WAIT_SECONDS = 10
KEY = "careroute_one_secret"
CALLER = Caller("clinic", Actor(ActorKind.KEY, "one"))


@dataclass
class GatedLook:
    """Looks a key up once its gate is open; the key may be revoked meanwhile."""

    revoked: bool = False
    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    looks: list[tuple[str, tuple[Scope, ...]]] = field(default_factory=list)

    def check(self, presented: str, *scopes: Scope) -> Caller:
        self.looks.append((presented, scopes))
        revoked = self.revoked
        self.begun.set()
        assert self.gate.wait(WAIT_SECONDS)
        if revoked:
            raise Unauthenticated("The key is not valid.")
        return CALLER


Story = Callable[[GatedLook, KeyChecks], Coroutine[None, None, None]]


def play(story: Story) -> GatedLook:
    look = GatedLook()
    asyncio.run(story(look, KeyChecks(cast("KeyFlow", look))))
    return look


async def _checking(checks: KeyChecks, scope: Scope = Scope.PORTAL) -> "asyncio.Task[Caller]":
    task = asyncio.create_task(checks.check(KEY, (scope,)))
    await asyncio.sleep(0)
    return task


async def _under_way(look: GatedLook, checks: KeyChecks) -> "asyncio.Task[Caller]":
    task = await _checking(checks)
    assert await asyncio.to_thread(look.begun.wait, WAIT_SECONDS)
    return task


def test_those_who_arrive_meanwhile_share_the_next_look() -> None:
    """Four requests need two looks: the first, and one for the three that came during it."""

    async def story(look: GatedLook, checks: KeyChecks) -> None:
        first = await _under_way(look, checks)
        others = [await _checking(checks) for _ in range(3)]
        look.gate.set()

        assert await asyncio.gather(first, *others) == [CALLER] * 4

    assert len(play(story).looks) == 2


def test_a_revoked_key_is_refused_at_once() -> None:
    """Whoever arrives after the revocation doesn't profit from a look that began before it."""

    async def story(look: GatedLook, checks: KeyChecks) -> None:
        before = await _under_way(look, checks)
        look.revoked = True
        after = await _checking(checks)
        look.gate.set()

        assert await before == CALLER
        with pytest.raises(Unauthenticated):
            await after

    play(story)


def test_scopes_are_not_mixed() -> None:
    """A look for one scope says nothing about another."""

    async def story(look: GatedLook, checks: KeyChecks) -> None:
        look.gate.set()
        await asyncio.gather(await _checking(checks), await _checking(checks, Scope.ADMIN))

    assert {scopes for _, scopes in play(story).looks} == {(Scope.PORTAL,), (Scope.ADMIN,)}


def test_whoever_goes_away_ends_no_look() -> None:
    """A request that is cancelled while its key is checked leaves the check to the others."""

    async def story(look: GatedLook, checks: KeyChecks) -> None:
        first = await _under_way(look, checks)
        gone, stays = await _checking(checks), await _checking(checks)
        gone.cancel()
        await asyncio.sleep(0)
        look.gate.set()

        assert list(await asyncio.gather(first, stays)) == [CALLER] * 2

    play(story)


def test_a_key_that_was_good_is_known() -> None:
    """For the scopes that it was looked up for, from then on."""

    async def story(look: GatedLook, checks: KeyChecks) -> None:
        look.gate.set()
        assert checks.known(KEY, (Scope.PORTAL,)) is None

        await (await _checking(checks))

        assert checks.known(KEY, (Scope.PORTAL,)) == CALLER
        assert checks.known(KEY, (Scope.ADMIN,)) is None
        assert checks.known(KEY + "x", (Scope.PORTAL,)) is None

    play(story)


def test_a_key_that_is_refused_is_not_known_any_more() -> None:
    """The next request with it is refused before its body is read."""

    async def story(look: GatedLook, checks: KeyChecks) -> None:
        look.gate.set()
        await (await _checking(checks))
        look.revoked = True

        with pytest.raises(Unauthenticated):
            await (await _checking(checks))

        assert checks.known(KEY, (Scope.PORTAL,)) is None

    play(story)


def test_no_more_keys_are_known_than_said() -> None:
    """Beyond that all are forgotten and looked up again."""

    async def story(look: GatedLook, _checks: KeyChecks) -> None:
        look.gate.set()
        checks = KeyChecks(cast("KeyFlow", look), most_known=2)
        for number in range(3):
            await checks.check(f"careroute_{number}_secret", (Scope.PORTAL,))

        known = [checks.known(f"careroute_{number}_secret", (Scope.PORTAL,)) for number in range(3)]

        assert known == [None, None, CALLER]

    play(story)
