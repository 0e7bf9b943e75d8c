"""Rules for text from outside: lengths count code points after trimming; controls and lone surrogates are refused."""

import re

# The Unicode categories Cc and Cs; in bodies TAB, LF and CR are fine.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
CONTROLS_BUT_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Characters that show nothing: Default_Ignorable_Code_Point of https://www.unicode.org/Public/UCD/latest/ucd/
# DerivedCoreProperties.txt (zero-width, format, filler characters and variation selectors), the interlinear
# annotation characters, and the empty Braille pattern.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
VISIBLE = re.compile(rf"[^\s\x00-\x1f\x7f-\x9f{INVISIBLE}]")


def has_visible(text: str) -> bool:
    """Whether at least one character of a text can be seen."""
    return VISIBLE.search(text) is not None


def problem_with(text: str, longest: int, *, lines: bool = False) -> str | None:
    """Say in words what is wrong with a text once it is trimmed, or None when it is fine.

    `longest` counts code points. `lines` allows TAB, LF and CR, as bodies may hold. A text without one visible
    character is empty; a control character is named by its code point and its place in the text, counted from 1.
    """
    trimmed = text.strip()
    if not trimmed:
        return "must not be empty"
    if len(trimmed) > longest:
        return f"must have at most {longest} characters"
    control = (CONTROLS_BUT_LINES if lines else CONTROLS).search(trimmed)
    if control:
        place = len(text) - len(text.lstrip()) + control.start() + 1
        code_point = f"U+{ord(control[0]):04X} at character {place}"
        return f"must not contain control characters or broken Unicode ({code_point})"
    return None if has_visible(trimmed) else "must not be empty"
