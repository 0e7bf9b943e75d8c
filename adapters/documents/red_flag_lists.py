"""The included red-flag lists: phrases in English and Spanish, advice, and phone numbers of the United States."""

import json
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from importlib.resources import files

from router.messaging.red_flags import RedFlagGroup, RedFlags

LANGUAGES = {"en": "English", "es": "Spanish"}
# Where the numbers that ship are right: 911, and 988, the Suicide & Crisis Lifeline (https://988lifeline.org).
UNITED_STATES = "us"


COUNTRIES = {UNITED_STATES: "United States", "": "Another country"}


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


def is_of_united_states(group: RedFlagGroup) -> bool:
    """Whether its number is one that ships for the United States, however it is written."""
    return "".join(filter(str.isdigit, group.phone)) in {one.phone for one in _groups(UNITED_STATES)}


def for_another_country(group: RedFlagGroup) -> RedFlagGroup:
    """The group without what ships for the United States only: its number, and what the advice says about it."""
    if not is_of_united_states(group):
        return group
    here = next((one.advice for one in _groups(UNITED_STATES) if one.group == group.group), {})
    there = next((one.advice for one in _groups("") if one.group == group.group), {})
    advice = {
        language: there[language] if text == here.get(language) else text for language, text in group.advice.items()
    }
    return replace(group, advice=advice, phone="")
