"""The steps of a ladder as fields of a form."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.http.pages.kit.csrf import Posted
from router.errors import FieldError, Invalid
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.ladder_rules import STEPS_LIMIT

MINUTES = {"min": 1, "h": 60}
# More digits are no time that a ladder may wait.
DIGITS = 6


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

    def read(self, ladder: str, index: int) -> LadderStep:
        """The step that was typed in this ladder. Raises Invalid with the field."""
        if not (self.after.isdecimal() and len(self.after) <= DIGITS):
            raise Invalid.at(f"{ladder}.{index}.after", "must be a whole number")
        if self.unit not in MINUTES or self.condition not in list(Condition) or self.do not in list(Do):
            raise Invalid.at(f"{ladder}.{index}", "is not a step")
        return LadderStep(int(self.after) * MINUTES[self.unit], Condition(self.condition), Do(self.do))


def typed_steps(form: Posted) -> list[StepFields]:
    """The fields of all steps; those without a time are none."""
    return [_typed(form, index) for index in range(STEPS_LIMIT)]


def _typed(form: Posted, index: int) -> StepFields:
    after, unit = form.get(f"after.{index}", "").strip(), form.get(f"unit.{index}", "h")
    return StepFields(after, unit, form.get(f"condition.{index}", ""), form.get(f"do.{index}", ""))


def filled_steps(typed: Sequence[StepFields], ladder: str) -> Ladder:
    """The steps that have a time; `ladder` is its path in the settings. Raises Invalid with the field."""
    given = [fields for fields in typed if fields.after]
    return tuple(fields.read(ladder, index) for index, fields in enumerate(given))


def in_words(error: FieldError) -> str:
    """What is wrong with a ladder, naming the step by its place from 1."""
    _, _, place = error.field.partition("ladder.")
    number = place.partition(".")[0]
    return f"Step {int(number) + 1} {error.message}." if number.isdecimal() else f"The ladder {error.message}."
