"""When steps are due, and what may not be saved as a ladder."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from router.coverage.hours import OpeningHours, moment_after, opening_time_between
from router.coverage.ladders import DueStep, Progress, Run, next_step, step_to_fire
from router.messaging.hours import Interval
from router.messaging.ladder import READY_MADE, Condition, Do, Ladder, LadderStep, ladder_in_words
from tests.drawn import ladders

CHICAGO = ZoneInfo("America/Chicago")
WORKDAY = (Interval(8 * 60, 12 * 60), Interval(13 * 60, 17 * 60))
WEEK = (WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, (), ())
OFFICE = OpeningHours(CHICAGO, WEEK)
# A Friday, 16:00 in Chicago.
FRIDAY = datetime(2026, 5, 22, 21, 0, tzinfo=UTC)
MESSAGE = UUID(int=1)


def a_run(steps: Ladder = READY_MADE, began_at: datetime = FRIDAY, clock: datetime | None = None) -> Run:
    return Run("clinic", MESSAGE, 1, began_at, clock or began_at, steps)


def later(moment: datetime, hours: int) -> datetime:
    found = moment_after(OFFICE, moment, timedelta(hours=hours))
    assert found is not None
    return found


def due(run: Run, progress: Progress, hours: OpeningHours = OFFICE) -> DueStep:
    found = next_step(run, progress, hours)
    assert found is not None
    return found


class TestWhenAStepIsDue:
    def test_the_first_step_counts_opening_time_across_a_weekend(self) -> None:
        # One hour is left on Friday, three are taken from Monday morning.
        assert due(a_run(), Progress()) == DueStep(0, READY_MADE[0], datetime(2026, 5, 25, 16, 0, tzinfo=UTC))

    def test_a_step_that_fired_late_delays_the_next_by_their_distance(self) -> None:
        fired = datetime(2026, 5, 26, 14, 0, tzinfo=UTC)
        after = due(a_run(), Progress({0: fired}, frozenset({0})))
        assert after == DueStep(1, READY_MADE[1], later(fired, 4))

    def test_a_step_that_did_nothing_delays_nothing(self) -> None:
        passed = datetime(2026, 5, 26, 14, 0, tzinfo=UTC)
        after = due(a_run(), Progress({0: passed}))
        assert after.at == later(FRIDAY, 8)

    def test_who_newly_has_it_keeps_it_for_as_long_as_the_first_step_waits(self) -> None:
        got = datetime(2026, 5, 25, 15, 0, tzinfo=UTC)
        after = due(a_run(), Progress(newest_holder_at=got))
        assert (after.index, after.at) == (0, later(got, 4))

    def test_the_alert_stays_on_the_first_clock(self) -> None:
        run = a_run(began_at=FRIDAY + timedelta(days=30), clock=FRIDAY)
        assert due(run, Progress()) == DueStep(3, READY_MADE[3], later(FRIDAY, 16))

    def test_after_the_last_step_nothing_is_due(self) -> None:
        done = Progress(dict.fromkeys(range(4), FRIDAY), frozenset(range(4)))
        assert next_step(a_run(), done, OFFICE) is None
        assert next_step(a_run(()), Progress(), OFFICE) is None

    def test_hours_that_never_come_make_nothing_due(self) -> None:
        assert next_step(a_run(), Progress(), OpeningHours(CHICAGO)) is None

    def test_after_a_long_silence_the_alert_fires_first_and_the_rest_keep_their_distances(self) -> None:
        run, back = a_run(), datetime(2026, 6, 10, 15, 0, tzinfo=UTC)
        assert step_to_fire(run, Progress(), OFFICE, back) == due(run, Progress({0: FRIDAY, 1: FRIDAY, 2: FRIDAY}))
        alerted = Progress({3: back}, frozenset({3}))
        assert step_to_fire(run, alerted, OFFICE, back) is None
        assert due(run, alerted).at == later(back, 4)


class TestRandomRuns:
    @given(steps=ladders(), delays=st.lists(st.integers(0, 10_000), min_size=10, max_size=10), acts=st.lists(
        st.booleans(), min_size=10, max_size=10
    ))  # fmt: skip
    def test_each_step_comes_once_never_early_and_never_as_a_volley(
        self, steps: Ladder, delays: list[int], acts: list[bool]
    ) -> None:
        run, progress = a_run(steps), Progress()
        fired: list[tuple[int, datetime]] = []
        now = FRIDAY
        while (planned := next_step(run, progress, OFFICE)) is not None:
            now = max(now, planned.at) + timedelta(minutes=delays[len(fired) % 10])
            firing = step_to_fire(run, progress, OFFICE, now)
            assert firing is not None
            assert opening_time_between(OFFICE, FRIDAY, now) >= timedelta(minutes=firing.step.after)
            acted = progress.acted | ({firing.index} if acts[len(fired) % 10] else set())
            if firing.step.do is not Do.ALERT and progress.acted:
                last = max(progress.done[index] for index in progress.acted)
                before = steps[firing.index - 1].after if firing.index else 0
                distance = timedelta(minutes=firing.step.after - before)
                assert opening_time_between(OFFICE, last, now) >= distance
            progress = Progress({**progress.done, firing.index: now}, frozenset(acted))
            fired.append((firing.index, now))
        assert sorted(index for index, _ in fired) == list(range(len(steps)))


def test_a_ladder_reads_as_a_sentence() -> None:
    assert ladder_in_words(READY_MADE[:1]) == "if nobody has opened it after 4 h, remind the people who have it"
    assert ladder_in_words((LadderStep(90, Condition.UNANSWERED, Do.ALERT),)) == (
        "if nobody has answered it after 90 min, alert the administrators"
    )
    assert ladder_in_words(()) == "none"
