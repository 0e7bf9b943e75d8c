"""What text from outside may be: lengths count code points after trimming; controls and lone surrogates are refused."""

import unicodedata

LINE_BREAKS = frozenset("\t\n\r")


def problem_with(text: str, longest: int, *, lines: bool = False) -> str | None:
    """Say in words what is wrong with a text once it is trimmed, or None when it is fine.

    `longest` counts code points. `lines` allows TAB, LF and CR, as bodies may hold.
    """
    trimmed = text.strip()
    if not trimmed:
        return "must not be empty"
    if len(trimmed) > longest:
        return f"must have at most {longest} characters"
    if any(_forbidden(character, lines=lines) for character in trimmed):
        return "must not contain control characters or broken Unicode"
    return None


def _forbidden(character: str, *, lines: bool) -> bool:
    if lines and character in LINE_BREAKS:
        return False
    return unicodedata.category(character) in {"Cc", "Cs"}
