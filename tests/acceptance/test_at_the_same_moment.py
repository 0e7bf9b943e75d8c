"""Urgent messages and corrected topics, whatever is done to them in whatever order, and at the same moment.

The environment's SEED decides what is drawn, as for the state machine.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import count, product

import pytest
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as budget
from hypothesis import strategies as st

from router.actors import COMMAND
from router.errors import NotFound
from router.messaging.hours import Hours
from router.practice.availability import Absence
from tests.acceptance import sorted_rightly
from tests.acceptance.sorting import ALWAYS_OPEN, CLOSED, Sorting, acts, beginnings, furnish, work
from tests.house import PRACTICE, House

SEED = int(os.environ.get("SEED") or 0)
# What is drawn is tried as it is: a smaller example of threads may fail or not.
PHASES = (Phase.explicit, Phase.generate)
CHECKS = list(HealthCheck)
# What staff do at the same moment, each of another person, and what happens beside that.
Burst = tuple[Sequence[tuple[str, str]], tuple[str, str] | None]
FIRST = ("raise", "lower", "done", "answer", "claim", "forward", "read", "put off", "undo")
SECOND = ("to medical", "lower", "raise")


def drawn(house: House, keys: Iterator[int], values: dict[str, object]) -> Sorting:
    return Sorting.begin(house, f"key-{next(keys)}", **values)


def told(house: House) -> None:
    """What is due is done, the emails go out, and the tables agree."""
    house.clock.by += timedelta(minutes=16)
    house.escalate.run()
    while (done := house.notify.run()).sent or done.suppressed:
        pass
    assert house.breaches() == {}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("hours", [CLOSED, ALWAYS_OPEN], ids=["closed", "open"])
def test_in_whatever_order_it_has_an_owner_one_run_and_the_right_readers(house: House, hours: Hours) -> None:
    furnish(house, hours)
    keys = count()
    drawn_work = work | st.just(("", "time"))

    @seed(SEED)
    @budget(max_examples=8, deadline=None, database=None, suppress_health_check=CHECKS, phases=PHASES)
    @given(values=beginnings, steps=st.lists(acts | acts | acts | drawn_work, min_size=6, max_size=12))
    def hold(values: dict[str, object], steps: Sequence[tuple[str, str]]) -> None:
        sorting = drawn(house, keys, values)
        for staff, name in steps:
            if staff:
                sorting.act(name, sorting.ref(staff))
            else:
                sorting.work(name)
            sorted_rightly.check(sorting)
        settle(sorting)

    hold()
    told(house)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("hours", [CLOSED, ALWAYS_OPEN], ids=["closed", "open"])
def test_at_the_same_moment_it_has_an_owner_one_run_and_the_right_readers(house: House, hours: Hours) -> None:
    furnish(house, hours)
    keys = count()
    together = st.lists(acts, min_size=2, max_size=4, unique_by=lambda one: one[0])

    @seed(SEED)
    @budget(max_examples=10, deadline=None, database=None, suppress_health_check=CHECKS, phases=PHASES)
    @given(values=beginnings, bursts=st.lists(st.tuples(together, st.none() | work), min_size=2, max_size=3))
    def hold(values: dict[str, object], bursts: Sequence[Burst]) -> None:
        sorting = drawn(house, keys, values)
        for burst, beside in bursts:
            # A step of its ladder is due, and the patient's next message waits to be routed.
            house.clock.by += timedelta(minutes=61)
            sorting.work("write on")
            at_once(sorting, burst, beside)
            sorted_rightly.check(sorting)
        settle(sorting)

    hold()
    told(house)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_two_acts_at_the_same_moment_take_turns(house: House) -> None:
    """The pairs of which a mistake would be worst."""
    furnish(house, CLOSED)
    for number, (first, second) in enumerate(product(FIRST, SECOND)):
        sorting = Sorting.begin(house, f"key-{number}", body="I can't breathe.")
        if first == "undo":
            sorting.act("lower", sorting.ref("ann"))
        at_once(sorting, [("ann", first), ("ben", second)], None)
        sorted_rightly.check(sorting)
    told(house)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_who_goes_away_or_leaves_at_the_same_moment_leaves_nothing_behind(house: House) -> None:
    furnish(house, ALWAYS_OPEN)
    for number, beside in enumerate(["move what the absent left", "staff ann leaves"] * 2):
        sorting = Sorting.begin(house, f"key-{number}")
        begins = house.operations.ready() - timedelta(seconds=1)
        absence = Absence("ann", begins, begins + timedelta(hours=1), "dan")
        house.roster.set_absence(PRACTICE, absence, COMMAND)
        at_once(sorting, [("ben", "to medical")], ("", beside))
        sorted_rightly.check(sorting)
        settle(sorting)
    told(house)


def at_once(sorting: Sorting, burst: Sequence[tuple[str, str]], beside: tuple[str, str] | None) -> None:
    """All of these acts begin together, each in a thread with a connection of its own."""
    refs = {staff: sorting.ref(staff) for staff, _ in burst}
    given = [partial(sorting.act, name, refs[staff]) for staff, name in burst]
    given += [partial(sorting.work, name) for name in ("route", "climb", *(beside or ())[1:])]
    start = threading.Barrier(len(given))

    def begin(act: Callable[[], None]) -> None:
        start.wait()
        act()

    threads = [threading.Thread(target=begin, args=(act,)) for act in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def settle(sorting: Sorting) -> None:
    """Everybody is back, and workers get to the end: nothing was left half done."""
    sorting.work("staff ann returns")
    with suppress(NotFound):
        sorting.house.roster.end_absence(PRACTICE, "ann", COMMAND)
    sorting.work("route")
    sorting.work("time")
    sorted_rightly.check(sorting)
    assert sorting.house.failures == []
