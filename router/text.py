"""What text from outside may be: lengths count code points after trimming; controls and lone surrogates are refused."""

import re

# The Unicode categories Cc and Cs; in bodies TAB, LF and CR are fine.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
CONTROLS_BUT_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def problem_with(text: str, longest: int, *, lines: bool = False) -> str | None:
    """Say in words what is wrong with a text once it is trimmed, or None when it is fine.

    `longest` counts code points. `lines` allows TAB, LF and CR, as bodies may hold.
    """
    trimmed = text.strip()
    if not trimmed:
        return "must not be empty"
    if len(trimmed) > longest:
        return f"must have at most {longest} characters"
    if (CONTROLS_BUT_LINES if lines else CONTROLS).search(trimmed):
        return "must not contain control characters or broken Unicode"
    return None
