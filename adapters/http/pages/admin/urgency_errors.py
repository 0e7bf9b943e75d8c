"""What is wrong with the form of urgent messages, by its fields, and what these are called."""

from collections.abc import Iterator, Sequence

from adapters.documents.red_flag_lists import LANGUAGES
from adapters.http.pages.admin.ladders_form import field_of_step, step_labels
from adapters.http.pages.admin.urgency_form import GroupInput, UrgencyInput
from router.errors import FieldError

# Of one field, such as a list of phrases.
MOST_ERRORS = 5
PARTS = {"phrases": "phrases", "advice": "advice", "phone": "number to call"}
# Where errors stand that are about no single field.
FLAGS, PAGE = "red-flags", "page"
# The lines of all phrases by group and language, once they are needed.
Lines = dict[tuple[str, str], Sequence[int]]


def errors_of(refused: Sequence[FieldError], typed: UrgencyInput) -> dict[str, str]:
    """Errors by the fields of the page; several of one field follow one another."""
    found: dict[str, list[str]] = {}
    lines: Lines = {}
    for error in refused:
        name, message = _placed(error, typed, lines)
        found.setdefault(name, []).append(message)
    return {name: "; ".join(messages[:MOST_ERRORS]) for name, messages in found.items()}


def labels_of_form(typed: UrgencyInput) -> dict[str, str]:
    """What each field is called, naming the group that it belongs to."""
    return {
        **step_labels(),
        **{f"on_call.{index}": "On call" for index in range(len(typed.on_call))},
        "added": "On call",
        "turn_on": "Turn red flags on",
        "languages": "Languages to check",
        "new_group": "Name of the group",
        FLAGS: "Red flags",
        PAGE: "Settings",
        **dict(label for group in typed.groups for label in _labels(group)),
    }


def _labels(group: GroupInput) -> Iterator[tuple[str, str]]:
    yield f"phone.{group.group}", f"Group {group.group}, number to call"
    for language, name in LANGUAGES.items():
        yield f"phrases.{group.group}.{language}", f"Group {group.group}, phrases, {name}"
        yield f"advice.{group.group}.{language}", f"Group {group.group}, advice, {name}"


def _placed(error: FieldError, typed: UrgencyInput, lines: Lines) -> tuple[str, str]:
    """The field that an error is about, and what it says there."""
    first, *rest = error.field.split(".")
    match first:
        case "urgent_ladder":
            name, message = field_of_step(rest, error.message, typed.steps)
            return name or PAGE, message
        case "on_call":
            index = rest[0] if rest else "0"
            return (f"on_call.{index}" if int(index) < len(typed.on_call) else "added"), error.message
        case "languages" | "added" | "turn_on" | "new_group":
            return first, error.message
        case "red_flags":
            return _in_group(rest, error.message, typed, lines)
    return PAGE, f"{error.field}: {error.message}"


def _in_group(path: Sequence[str], message: str, typed: UrgencyInput, lines: Lines) -> tuple[str, str]:
    """The field of a group; what isn't in the form, such as a colleague's group or another language, is named."""
    if not path:
        return FLAGS, message
    index, part, *rest = path
    group = typed.groups[int(index)] if int(index) < len(typed.groups) else None
    language = rest[0] if rest else next((one for one in LANGUAGES if one in typed.languages), "en")
    if group is None or part not in PARTS or language not in LANGUAGES:
        named = [group.group if group else str(int(index) + 1), PARTS.get(part, part)]
        return FLAGS, f"group {', '.join([*named, *(LANGUAGES.get(one, one) for one in rest[:1])])}: {message}"
    if part == "phone":
        return f"phone.{group.group}", message
    if len(rest) > 1:
        if (group.group, language) not in lines:
            lines[group.group, language] = group.lines_of(language)
        message = f"line {lines[group.group, language][int(rest[1])]} {message}"
    return f"{part}.{group.group}.{language}", message
