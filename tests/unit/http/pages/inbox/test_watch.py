"""The streams of one process: one timer, bounded, and ended in time."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pytest

from adapters.http.pages.inbox.watch import InboxStream, InboxWatch
from adapters.http.problems import Busy
from router.errors import UnavailableError
from router.flows.staff.inbox_watch import Watcher
from router.messages.inbox import Pulse
from tests.builders import NOON

ANN, BEN = Watcher("clinic", "ann", "session-1"), Watcher("clinic", "ben", "session-2")
WAIT_SECONDS = 10
SOON = 0.01


@dataclass
class Inboxes:
    """What a look finds; counts the looks."""

    found: dict[Watcher, Pulse] = field(default_factory=dict)
    looks: list[set[Watcher]] = field(default_factory=list)
    away: bool = False

    def look(self, watchers: Collection[Watcher]) -> Mapping[Watcher, Pulse]:
        self.looks.append(set(watchers))
        if self.away:
            raise UnavailableError("The database is away.")
        return {one: pulse for one, pulse in self.found.items() if one in watchers}


async def hear(stream: InboxStream, count: int) -> list[int]:
    """The numbers of unread messages, in the order in which they are told."""
    heard = []
    async for pulse in stream.pulses():
        heard.append(pulse.unread)
        if len(heard) == count:
            break
    return heard


async def until(condition) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for happens on a thread.
        await asyncio.sleep(SOON)


def run(work) -> None:
    async def limited() -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            await work()

    asyncio.run(limited())


def test_one_timer_looks_for_all_streams_together_and_tells_only_changes() -> None:
    inboxes = Inboxes({ANN: Pulse(1, NOON), BEN: Pulse(5, NOON)})

    async def work() -> None:
        watch = InboxWatch(inboxes.look, every=SOON)
        with watch.open(ANN) as anns, watch.open(BEN) as bens:
            assert list(await asyncio.gather(hear(anns, 1), hear(bens, 1))) == [[1], [5]]
            before = len(inboxes.looks)
            await until(lambda: len(inboxes.looks) > before + 2)
            inboxes.found[ANN] = Pulse(2, NOON)
            assert await hear(anns, 1) == [2]
        last = len(inboxes.looks)
        assert {frozenset(look) for look in inboxes.looks[:last]} == {frozenset({ANN, BEN})}

    run(work)


def test_when_nobody_listens_nothing_is_asked() -> None:
    inboxes = Inboxes({ANN: Pulse(1, NOON)})

    async def work() -> None:
        watch = InboxWatch(inboxes.look, every=SOON)
        for _ in range(2):
            with watch.open(ANN) as stream:
                assert await hear(stream, 1) == [1]
            timers = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            await asyncio.gather(*timers)

    run(work)


def test_a_stream_ends_with_its_session() -> None:
    inboxes = Inboxes({ANN: Pulse(1, NOON)})

    async def work() -> None:
        watch = InboxWatch(inboxes.look, every=SOON)
        with watch.open(ANN) as stream:
            assert await hear(stream, 1) == [1]
            inboxes.found.clear()
            assert await hear(stream, 1) == []
            assert stream.session_ended

    run(work)


def test_while_the_database_is_away_streams_stay_open() -> None:
    inboxes = Inboxes({ANN: Pulse(1, NOON)}, away=True)

    async def work() -> None:
        watch = InboxWatch(inboxes.look, every=SOON)
        with watch.open(ANN) as stream:
            await until(lambda: len(inboxes.looks) > 2)
            inboxes.away = False
            assert await hear(stream, 1) == [1]

    run(work)


def test_a_stream_ends_by_itself_after_a_while() -> None:
    async def work() -> None:
        watch = InboxWatch(Inboxes({ANN: Pulse(1, NOON)}).look, every=SOON)
        with watch.open(ANN) as stream:
            assert [pulse.unread async for pulse in stream.pulses(0.2)] == [1]
            assert not stream.session_ended

    run(work)


def test_there_are_only_so_many_streams_and_so_many_of_one_person() -> None:
    async def work() -> None:
        watch = InboxWatch(Inboxes().look, every=SOON, most=3, most_of_one=2)
        other_session = Watcher("clinic", "ann", "session-3")
        with watch.open(ANN), watch.open(other_session):
            with pytest.raises(Busy), watch.open(ANN):
                pass
            with watch.open(BEN), pytest.raises(Busy), watch.open(Watcher("clinic", "cy", "session-4")):
                pass
        with watch.open(ANN):
            pass

    run(work)


def test_a_process_that_stops_ends_its_streams_and_opens_no_more() -> None:
    async def work() -> None:
        watch = InboxWatch(Inboxes({ANN: Pulse(1, NOON)}).look)
        with watch.open(ANN) as stream:
            assert await hear(stream, 1) == [1]
            await asyncio.to_thread(watch.close)
            assert await hear(stream, 1) == []
            assert not stream.session_ended
            with pytest.raises(Busy), watch.open(BEN):
                pass

    run(work)


def test_closing_before_anybody_listened_does_no_harm() -> None:
    InboxWatch(Inboxes().look).close()
