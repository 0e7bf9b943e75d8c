"""What changed about urgent messages, in words that an administrator reads."""

from collections.abc import Iterator

from router.messaging.ladder import ladder_in_words
from router.messaging.red_flags import RedFlagGroup
from router.messaging.settings import MessagingSettings


def urgency_changes(before: MessagingSettings, after: MessagingSettings) -> Iterator[str]:
    """The differences, but for who is on call."""
    if before.urgent_ladder != after.urgent_ladder:
        yield f"Ladder of urgent messages: {ladder_in_words(after.urgent_ladder)}."
    if before.languages != after.languages:
        yield f"Languages of red flags: {', '.join(after.languages) or 'none'}."
    if before.patients_may_say_urgent != after.patients_may_say_urgent:
        yield f"Patients {'may' if after.patients_may_say_urgent else 'may not'} say that a message is urgent."
    if bool(before.red_flags.groups) != bool(after.red_flags.groups):
        yield f"Red flags: turned {'on' if after.red_flags.groups else 'off'}."
    old = {group.group: group for group in before.red_flags.groups}
    new = {group.group: group for group in after.red_flags.groups}
    for name in old:
        if name not in new:
            yield f"Red flags, {name}: removed."
    for name, group in new.items():
        yield from _group(name, old.get(name, RedFlagGroup(name)), group)
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield "Red flags: order changed."


def _group(name: str, before: RedFlagGroup, after: RedFlagGroup) -> Iterator[str]:
    for language in dict.fromkeys((*before.phrases, *after.phrases)):
        was, is_now = set(before.phrases.get(language, ())), set(after.phrases.get(language, ()))
        for verb, phrases in (("added", is_now - was), ("removed", was - is_now)):
            if phrases:
                yield f"Red flags, {name}, {language}: {verb} {_listed(phrases)}."
    for language in dict.fromkeys((*before.advice, *after.advice)):
        if before.advice.get(language, "") != after.advice.get(language, ""):
            yield f"Red flags, {name}, {language}: advice changed."
    if before.phone != after.phone:
        yield f"Red flags, {name}: the number to call is {after.phone or 'not set'}."


def _listed(phrases: set[str]) -> str:
    """A few by name, many by number."""
    if len(phrases) > 5:  # noqa: PLR2004 - more is no longer read.
        return f"{len(phrases)} phrases"
    return ", ".join(f"“{phrase}”" for phrase in sorted(phrases))
