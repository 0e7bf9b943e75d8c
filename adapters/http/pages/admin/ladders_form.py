"""The form of a ladder: its steps as they are typed, and where in the settings the ladder stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from adapters.http.ids import practice_id
from adapters.http.pages.kit.csrf import Posted
from router.errors import Invalid
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.ladder_rules import OUT_OF_RANGE, STEPS_LIMIT
from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.practice.topics import Topic

MINUTES = {"min": 1, "h": 60}
# More digits are no time that a ladder may wait.
DIGITS = 6
# So many more can be typed at once.
MORE_STEPS = 2


@dataclass(frozen=True, slots=True)
class StepFields:
    """One step as it stands in the form; without `after` there is none."""

    after: str = ""
    unit: str = "h"
    condition: str = Condition.UNOPENED.value
    do: str = Do.REMIND.value

    @classmethod
    def of(cls, step: LadderStep) -> "StepFields":
        """Show a step that is saved."""
        hours, rest = divmod(step.after, 60)
        after, unit = (str(step.after), "min") if rest else (str(hours), "h")
        return cls(after, unit, step.condition.value, step.do.value)

    def read(self, path: str) -> LadderStep:
        """The step that was typed. Raises Invalid with the field, of which `path` names the step."""
        if not self.after.isdecimal():
            raise Invalid.at(f"{path}.after", "must be a whole number")
        if len(self.after) > DIGITS:
            raise Invalid.at(f"{path}.after", OUT_OF_RANGE)
        if self.unit not in MINUTES or self.condition not in list(Condition) or self.do not in list(Do):
            raise Invalid.at(path, "is not a step")
        return LadderStep(int(self.after) * MINUTES[self.unit], Condition(self.condition), Do(self.do))


def typed_steps(form: Posted) -> list[StepFields]:
    """All steps of the form, also those without a time."""
    return [
        StepFields(
            form.get(f"after.{index}", "").strip(),
            form.get(f"unit.{index}", "h"),
            form.get(f"condition.{index}", ""),
            form.get(f"do.{index}", ""),
        )
        for index in range(STEPS_LIMIT)
    ]


def shown_steps(typed: Iterable[StepFields]) -> list[StepFields]:
    """The steps that have a time, and some without one for more."""
    filled = [fields for fields in typed if fields.after]
    return [*filled, *[StepFields()] * min(MORE_STEPS, STEPS_LIMIT - len(filled))]


def ladder_in(typed: Sequence[StepFields], path: str) -> Ladder:
    """The ladder that was typed, without the steps that have no time. Raises Invalid with the field.

    `path` is where the settings document has this ladder.
    """
    filled = (fields for fields in typed if fields.after)
    return tuple(fields.read(f"{path}.{index}") for index, fields in enumerate(filled))


def field_of_step(path: Sequence[str], message: str, typed: Sequence[StepFields]) -> tuple[str | None, str]:
    """The field of the form at which an error is shown, None if the form doesn't have it, and the text.

    `path` is the rest of the error's dotted name, after the ladder. An error of the ladder as a whole is shown at its
    last step.
    """
    number = sum(1 for fields in typed if fields.after)
    if not path:
        return (f"do.{number - 1}" if number else None), f"The ladder {message}"
    index, part = int(path[0]), path[1] if len(path) > 1 else "after"
    if index >= number:
        return None, f"Step {index + 1} {message}"
    return f"{part}.{index}", message


def step_labels() -> dict[str, str]:
    """What the fields of the steps are called."""
    return {f"{part}.{index}": f"Step {index + 1}" for index in range(STEPS_LIMIT) for part in ("after", "do")}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ladder stands: with the practice, with one of its topics, or with a topic of a site."""

    topic: Topic | None = None
    site: str | None = None

    @classmethod
    def read(cls, topic: str, site: str, messaging: MessagingSettings) -> "Place":
        """The place that is named; one that isn't there is the practice."""
        here = practice_id(site) if practice_id(site) in messaging.sites else None
        return cls(Topic(topic), here) if topic in list(Topic) else cls()

    @property
    def path(self) -> str:
        """Where the settings document has it."""
        if self.topic is None:
            return "ladder"
        return f"{'practice' if self.site is None else f'sites.{self.site}'}.topics.{self.topic}.ladder"

    def settings(self, messaging: MessagingSettings) -> TopicSettings | None:
        """The topic's settings here; None for the practice's own ladder."""
        return self._topics(messaging)[self.topic] if self.topic is not None else None

    def own(self, messaging: MessagingSettings) -> Ladder | None:
        """The ladder that is set here; None where it is inherited."""
        settings = self.settings(messaging)
        return messaging.ladder if settings is None else settings.ladder

    def in_force(self, messaging: MessagingSettings) -> Ladder:
        """The ladder that is set here, else the inherited one."""
        if self.topic is None:
            return messaging.ladder
        found = [topics[self.topic].ladder for topics in (self._topics(messaging), messaging.practice)]
        return next((ladder for ladder in found if ladder is not None), messaging.ladder)

    def put(self, messaging: MessagingSettings, ladder: Ladder | None, *, others: bool) -> MessagingSettings:
        """The settings with this ladder here (None: inherited); `others` may get what was written to a chosen one."""
        if self.topic is None:
            return replace(messaging, ladder=ladder or ())
        before = self._topics(messaging)
        changed = replace(before[self.topic], ladder=ladder, others_may_get_chosen=others)
        topics = TopicSet({**before.topics, self.topic: changed})
        if self.site is None:
            return replace(messaging, practice=topics)
        return replace(messaging, sites={**messaging.sites, self.site: topics})

    def _topics(self, messaging: MessagingSettings) -> TopicSet:
        return messaging.practice if self.site is None else messaging.sites[self.site]
