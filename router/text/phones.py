"""Phone numbers as people write them, and what a phone dials for them."""

import re

from router.text.rules import INVISIBLE, problem_with

# From emergency numbers of two digits, such as 15 in France, to a number of 15 behind the prefix for other countries.
FEWEST_DIGITS, MOST_DIGITS = 2, 18
# Longer than any number is written; to find that a longer text is none takes the cube of its length.
LONGEST_WRITTEN = 100
WRITTEN = re.compile(
    r"(?P<number>[(\s]*[+*]?[0-9().\s-]+?)[\s,;]*(?:(?:extension|extn|ext|x|#)[.:\s]*(?P<extension>[0-9]{1,8}))?",
    re.IGNORECASE,
)
# Hyphens, dashes and the minus sign stand between digits alike.
DASHES = re.compile("[\u2010-\u2015\u2212]")
NOT_SEEN = re.compile(f"[{INVISIBLE}]")
# "+44 (0)20 …": the 0 is dialled only without the country's code.
NATIONAL_PREFIX = re.compile(r"(?<=[0-9])\s*\(0\)")
NOT_DIALLED = re.compile(r"[^0-9+*]")


def dialled(text: str) -> str | None:
    """What a phone dials, an extension behind a pause (`5550100,12`); None if this isn't a number to call.

    Letters are those of an extension only: words beside a number may say not to call it, or name a second one.
    """
    trimmed = text.strip()
    if len(trimmed) > LONGEST_WRITTEN:
        return None
    written = WRITTEN.fullmatch(NOT_SEEN.sub("", DASHES.sub("-", trimmed)).strip())
    if written is None:
        return None
    number = written["number"]
    if "+" in number:
        number = NATIONAL_PREFIX.sub("", number)
    number = NOT_DIALLED.sub("", number)
    if not FEWEST_DIGITS <= len(number.strip("+*")) <= MOST_DIGITS:
        return None
    return f"{number},{written['extension']}" if written["extension"] else number


def problem_with_phone(text: str, longest: int) -> str | None:
    """Say in words what is wrong with a number that people call, or None when it is fine."""
    wrong = problem_with(text, longest)
    if wrong or dialled(text):
        return wrong
    return "must be one number in digits, such as 988, 555-010-0142, +44 20 7946 0958 or 555-0100 ext. 12"
