"""The lists of red flags that ship: phrases in English and Spanish, the advice, and the lines of the United States."""

import json
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from router.messaging.red_flags import RedFlagGroup, RedFlags

LANGUAGES = {"en": "English", "es": "Spanish"}
# Where the numbers that ship are right: 911, and 988, the Suicide & Crisis Lifeline (https://988lifeline.org).
UNITED_STATES = "us"


@cache
def _groups() -> tuple[RedFlagGroup, ...]:
    stored = json.loads(files("adapters.documents").joinpath("ready_made_red_flags.json").read_text("utf-8"))
    return tuple(
        RedFlagGroup(
            one["group"],
            {language: tuple(phrases) for language, phrases in one["phrases"].items()},
            one["advice"],
            one["phone"],
        )
        for one in stored
    )


def ready_made(languages: Collection[str], country: str) -> RedFlags:
    """The lists in these languages. The numbers to call are those of the United States; elsewhere they are left empty.

    An administrator of another country fills them in: they can't be saved without.
    """
    return RedFlags(
        tuple(
            RedFlagGroup(
                group.group,
                {language: phrases for language, phrases in group.phrases.items() if language in languages},
                {language: text for language, text in group.advice.items() if language in languages},
                group.phone if country == UNITED_STATES else "",
            )
            for group in _groups()
        )
    )
