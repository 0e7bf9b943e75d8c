"""Requests of one practice that arrive together are committed together."""

import asyncio

import pytest

from adapters.http.group_commit import GroupCommit
from adapters.http.problems import Busy
from router.messages.acceptance import Receipt
from tests.unit.http.group_commits import (
    KEY_ONE,
    KEY_TWO,
    WAIT_SECONDS,
    GatedAccept,
    a_draft,
    first_under_way,
    play,
    queue_up,
)


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
        first = await first_under_way(flow, group_commit)
        queued = await queue_up(group_commit, "a", "b", "refused", "c")
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
        first = await first_under_way(flow, group_commit)
        queued = await queue_up(group_commit, "a", "b", "c")
        flow.gate.set()
        await asyncio.gather(first, *queued)

        again = [*await queue_up(group_commit, "d"), *await queue_up(group_commit, "e", "f")]

        await asyncio.gather(*again)

    assert [keys for _, _, keys in play(story).groups] == [["first"], ["a", "b", "c"], ["d", "e", "f"]]


def test_a_group_does_not_wait_for_long() -> None:
    """Those who were answered may have nothing more to say."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await first_under_way(flow, group_commit)
        queued = await queue_up(group_commit, "a", "b", "c")
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
        first = await first_under_way(flow, group_commit)
        queued = await queue_up(group_commit, "a", "b", "c")
        flow.gate.set()

        await asyncio.gather(first, *queued)

    assert [keys for _, _, keys in play(story, most_together=2).groups] == [["first"], ["a", "b"], ["c"]]


def test_keys_are_not_mixed() -> None:
    """Each key has its own groups, as the audit tells them apart."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await first_under_way(flow, group_commit)
        (other,) = await queue_up(group_commit, "other", by=KEY_TWO)
        queued = await queue_up(group_commit, "a")
        flow.gate.set()

        await asyncio.gather(first, other, *queued)

    groups = play(story).groups
    assert ("clinic", "two", ["other"]) in groups
    assert ("clinic", "one", ["a"]) in groups
