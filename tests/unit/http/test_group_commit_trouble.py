"""In a group that is committed together nobody's trouble harms another, and everybody is answered."""

import asyncio

import pytest

from adapters.http.group_commit import GroupCommit
from adapters.http.problems import Busy
from router.errors import UnavailableError, UnknownOutcomeError
from router.messages.acceptance import Receipt
from tests.unit.http.group_commits import KEY_ONE, WAIT_SECONDS, GatedAccept, a_draft, first_under_way, play, queue_up


def test_a_full_queue_is_refused() -> None:
    """Beyond the limit a request is told to come again before it is read, and those that wait are served."""

    async def story(flow: GatedAccept, group_commit: GroupCommit) -> None:
        first = await first_under_way(flow, group_commit)
        queued = await queue_up(group_commit, "a", "b")

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
        first = await first_under_way(flow, group_commit)
        queued = await queue_up(group_commit, "a", "b")
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
        first = await first_under_way(flow, group_commit)
        (emptying,) = asyncio.all_tasks() - {first, asyncio.current_task()}
        queued = await queue_up(group_commit, "a", "b", "c")
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
        first = await first_under_way(flow, group_commit)
        queued = await queue_up(group_commit, "a", "gone", "b")
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
