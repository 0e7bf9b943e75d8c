"""The settings of a small practice with ladders: when it is open, what happens to what waits, and who is on call."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from router.coverage.hours import OpeningHours
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import settings
from tests.drawn import days, ladders, weeks

ALWAYS_OPEN = Hours(PracticeHours(round_the_clock=True))
LADDER = (
    LadderStep(30, Condition.UNOPENED, Do.REMIND),
    LadderStep(60, Condition.UNOPENED, Do.WIDEN),
    LadderStep(90, Condition.UNANSWERED, Do.HAND_OVER),
    LadderStep(120, Condition.UNANSWERED, Do.ALERT),
)
URGENT_LADDER = (LadderStep(5, Condition.UNOPENED, Do.REMIND), LadderStep(20, Condition.UNANSWERED, Do.ALERT))
some_ladder = st.just(LADDER) | st.just(()) | ladders(latest=400, most=5)
some_urgent_ladder = st.just(URGENT_LADDER) | st.just(()) | ladders(latest=60, most=4)
# Weeks, dates of the coming days, and whether the practice never closes.
drawn_hours = st.tuples(weeks(), st.dictionaries(st.integers(0, 6), days(), max_size=2), st.booleans())


@dataclass(frozen=True, slots=True)
class Timing:
    """The part of the settings that decides when steps are due, and who is on call."""

    hours: Hours = ALWAYS_OPEN
    ladder: Ladder = LADDER
    urgent_ladder: Ladder = URGENT_LADDER
    on_call: tuple[str, ...] = ()

    def settings(self) -> MessagingSettings:
        """Ann and ben get bills, cem is the catch-all, and patients may say that something is urgent."""
        return settings(
            {Topic.BILLING: ["ann", "ben"]},
            hours=self.hours,
            ladder=self.ladder,
            urgent_ladder=self.urgent_ladder,
            on_call=self.on_call,
            catch_all=("cem",),
            patients_may_say_urgent=True,
        )

    def opening_hours(self) -> OpeningHours:
        """Those of the practice, for which nothing set is never open."""
        practice = self.hours.practice
        return OpeningHours(ZoneInfo("America/Chicago"), practice.weekly, practice.dates, practice.round_the_clock)
