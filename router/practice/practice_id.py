"""The id of a practice. People type it in commands and at every sign-in, so it must not contain spaces."""

from router.practice.roster_rules import ID_LIMIT
from router.text import problem_with


def problem_with_practice_id(text: str) -> str | None:
    """Say what is wrong with the id and suggest another one, or return None if it is fine."""
    problem = problem_with(text, ID_LIMIT)
    if problem is None and text.split() != [text]:
        return f"must not contain spaces; try {'-'.join(text.lower().split())}"
    return problem
