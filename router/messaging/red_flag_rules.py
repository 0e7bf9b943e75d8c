"""Checks of red flags, of who is on call and of the urgent ladder, naming the wrong fields."""

import re
from collections.abc import Iterator

from router.errors import FieldError
from router.messaging.proposal import Proposal
from router.messaging.red_flags import RedFlagGroup
from router.messaging.timing_rules import PHONE_LIMIT
from router.text import problem_with
from router.text.phones import problem_with_phone
from router.text.phrases import OPEN_END, words_in

PHRASES_LIMIT = 1_000
PHRASE_LIMIT = 80
GROUPS_LIMIT = 20
GROUP = re.compile(r"[a-z][a-z0-9_-]{0,39}")
ADVICE_LIMIT = 1_000
LANGUAGE = re.compile(r"[a-z]{2,3}")
LANGUAGES_LIMIT = 10


def check(proposal: Proposal) -> Iterator[FieldError]:
    """Everything that is wrong with the languages and the groups of phrases."""
    after = proposal.after
    yield from _languages(after.languages)
    groups = after.red_flags.groups
    if len(groups) > GROUPS_LIMIT:
        yield FieldError("red_flags", f"may have at most {GROUPS_LIMIT} groups")
    number = sum(len(phrases) for group in groups for phrases in group.phrases.values())
    if number > PHRASES_LIMIT:
        yield FieldError("red_flags", f"may have at most {PHRASES_LIMIT} phrases in all, these are {number}")
        return
    before = {group.group: group for group in proposal.before.red_flags.groups}
    names: set[str] = set()
    for index, group in enumerate(groups):
        if not GROUP.fullmatch(group.group):
            yield FieldError(f"red_flags.{index}.group", "must be a lower-case word, such as emergency")
        elif group.group in names:
            yield FieldError(f"red_flags.{index}.group", "is already the name of another group")
        names.add(group.group)
        yield from _group(f"red_flags.{index}", group, after.languages)
        yield from _emptiness(f"red_flags.{index}.phrases", group, before.get(group.group))
        yield from _phone(f"red_flags.{index}.phone", group, before.get(group.group))


def _languages(languages: tuple[str, ...]) -> Iterator[FieldError]:
    if len(languages) > LANGUAGES_LIMIT:
        yield FieldError("languages", f"may be at most {LANGUAGES_LIMIT}")
        return
    for index, language in enumerate(languages):
        if not LANGUAGE.fullmatch(language):
            yield FieldError(f"languages.{index}", "must be the code of a language, such as en")
        elif language in languages[:index]:
            yield FieldError(f"languages.{index}", "is named twice")


def _group(path: str, group: RedFlagGroup, languages: tuple[str, ...]) -> Iterator[FieldError]:
    for language, phrases in group.phrases.items():
        if phrases and language not in languages:
            yield FieldError(f"{path}.phrases.{language}", "is not one of the practice's languages")
        for number, phrase in enumerate(phrases):
            wrong = problem_with_phrase(phrase)
            if wrong:
                yield FieldError(f"{path}.phrases.{language}.{number}", wrong)
        if phrases and not group.advice.get(language, "").strip():
            yield FieldError(f"{path}.advice.{language}", "must not be empty")
    yield from _advice(path, group, languages)


def _emptiness(path: str, group: RedFlagGroup, before: RedFlagGroup | None) -> Iterator[FieldError]:
    """A group that was stored without phrases keeps nothing else from being saved."""
    kept = before is not None and not any(before.phrases.values())
    if not any(group.phrases.values()) and not kept:
        yield FieldError(path, "must not be empty: a group needs phrases, advice and a number to call")


def _phone(path: str, group: RedFlagGroup, before: RedFlagGroup | None) -> Iterator[FieldError]:
    """A number from before it had to be one that a phone can dial keeps nothing else from being saved."""
    if not group.phone and not any(group.phrases.values()):
        return
    kept = before is not None and group.phone == before.phone != ""
    wrong = None if kept else problem_with_phone(group.phone, PHONE_LIMIT)
    if wrong:
        yield FieldError(path, f"{wrong}: it is the number that patients should call")


def _advice(path: str, group: RedFlagGroup, languages: tuple[str, ...]) -> Iterator[FieldError]:
    for language, text in group.advice.items():
        if text and language not in languages:
            yield FieldError(f"{path}.advice.{language}", "is not one of the practice's languages")
        wrong = problem_with(text, ADVICE_LIMIT, lines=True) if text else None
        if wrong:
            yield FieldError(f"{path}.advice.{language}", wrong)


def problem_with_phrase(phrase: str) -> str | None:
    """Say in words what is wrong with a phrase, or None when it is fine."""
    wrong = problem_with(phrase, PHRASE_LIMIT)
    if wrong:
        return wrong
    if OPEN_END in phrase.strip()[:-1]:
        return f"may have {OPEN_END} only at its end"
    if phrase.strip().endswith(f" {OPEN_END}") or not words_in(phrase):
        return f"must have a word before {OPEN_END}" if OPEN_END in phrase else "must have a word"
    return None
