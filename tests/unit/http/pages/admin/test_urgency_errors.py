"""Where the errors of the form of urgent messages stand."""

import pytest

from adapters.http.pages.admin import urgency_form
from adapters.http.pages.admin.urgency_errors import errors_of
from adapters.http.pages.admin.urgency_form import GroupInput, UrgencyInput
from router.errors import FieldError

PHRASES = "\n".join(["fine", "", "*", " fine ", *(f"*{number}" for number in range(500))])


def test_lines_are_counted_once_however_many_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each wrong phrase all lines were read: a thousand times a quarter of a million."""
    counted: list[str] = []
    lines_of = GroupInput.lines_of

    def count_and_read(group: GroupInput, language: str) -> list[int]:
        counted.append(language)
        return lines_of(group, language)

    monkeypatch.setattr(urgency_form.GroupInput, "lines_of", count_and_read)
    group = GroupInput("crisis", {"en": PHRASES, "es": ""}, {"en": "", "es": ""}, "988")
    typed = UrgencyInput(groups=[group])

    errors = errors_of([FieldError(f"red_flags.0.phrases.en.{index}", "is wrong") for index in range(1, 502)], typed)

    assert errors == {
        "phrases.crisis.en": "; ".join(f"line {number} is wrong" for number in (3, 5, 6, 7, 8)),
    }
    assert counted == ["en"]
