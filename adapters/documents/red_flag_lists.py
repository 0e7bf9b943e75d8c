"""The included red-flag lists: phrases in English and Spanish, advice, and phone numbers of the United States."""

import json
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from router.messaging.red_flags import RedFlagGroup, RedFlags

LANGUAGES = {"en": "English", "es": "Spanish"}
# Where the numbers that ship are right: 911, and 988, the Suicide & Crisis Lifeline (https://988lifeline.org).
UNITED_STATES = "us"


@cache
def _groups(country: str) -> tuple[RedFlagGroup, ...]:
    """All groups. What the advice says about a phone number, such as its hours, is true of the United States."""
    stored = json.loads(files("adapters.documents").joinpath("ready_made_red_flags.json").read_text("utf-8"))
    here = country == UNITED_STATES
    return tuple(
        RedFlagGroup(
            one["group"],
            {language: tuple(phrases) for language, phrases in one["phrases"].items()},
            one["advice"] if here else one.get("advice_elsewhere", one["advice"]),
            one["phone"] if here else "",
        )
        for one in stored
    )


def ready_made(languages: Collection[str], country: str) -> RedFlags:
    """The lists in these languages. The numbers to call are those of the United States; elsewhere they are left empty.

    The advice then promises nothing about the unknown numbers. Administrators in other countries must enter them before
    the lists can be saved.
    """
    return RedFlags(
        tuple(
            RedFlagGroup(
                group.group,
                {language: phrases for language, phrases in group.phrases.items() if language in languages},
                {language: text for language, text in group.advice.items() if language in languages},
                group.phone,
            )
            for group in _groups(country)
        )
    )
