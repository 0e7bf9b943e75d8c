"""Urgent messages as a form: what is typed, and the settings that it stands for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adapters.documents.red_flag_lists import (
    COUNTRIES,
    LANGUAGES,
    UNITED_STATES,
    for_another_country,
    is_of_united_states,
    ready_made,
)
from adapters.http.pages.admin.ladders_form import StepFields, ladder_in, typed_steps
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.staff_search import find_colleague
from adapters.http.pages.kit.typed import typed_line, typed_lines
from router.errors import FieldError, Invalid
from router.messaging.red_flag_rules import GROUP
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.messaging.settings import MessagingSettings
from router.practice.people import Staff
from router.text.phones import dialled


@dataclass(frozen=True, slots=True)
class GroupInput:
    """A group as it stands in the form: phrases one a line, by language."""

    group: str
    phrases: Mapping[str, str]
    advice: Mapping[str, str]
    phone: str

    @property
    def phone_hint(self) -> str:
        """What patients see of the number."""
        if dialled(self.phone) or not self.phone:
            return "Patients see a button that calls it."
        return "Patients see it without a button, as no phone can dial it."

    @classmethod
    def of(cls, group: RedFlagGroup) -> "GroupInput":
        """Show a group."""
        phrases = {language: "\n".join(group.phrases.get(language, ())) for language in LANGUAGES}
        return cls(group.group, phrases, {one: group.advice.get(one, "") for one in LANGUAGES}, group.phone)

    def lines_of(self, language: str) -> list[int]:
        """The line of each phrase, counted from 1; lines that are empty or repeated are no phrases."""
        lines: dict[str, int] = {}
        for number, line in enumerate(self.phrases[language].splitlines(), start=1):
            lines.setdefault(line.strip(), number)
        return [number for line, number in lines.items() if line]

    def over(self, before: RedFlagGroup | None) -> RedFlagGroup:
        """The group that was typed; languages that the form doesn't show stay as they were."""
        phrases = dict(before.phrases) if before else {}
        advice = dict(before.advice) if before else {}
        for language in LANGUAGES:
            lines = [line.strip() for line in self.phrases[language].splitlines()]
            phrases[language] = tuple(dict.fromkeys(line for line in lines if line))
            advice[language] = self.advice[language].strip()
        kept_phrases = {language: found for language, found in phrases.items() if found}
        kept_advice = {language: text for language, text in advice.items() if text}
        return RedFlagGroup(self.group, kept_phrases, kept_advice, self.phone.strip())


@dataclass(frozen=True, slots=True)
class UrgencyInput:
    """Everything that stands in the form."""

    languages: frozenset[str] = frozenset()
    may_say: bool = False
    on_call: tuple[str, ...] = ()
    # Words for somebody to be added to those who are on call.
    added: str = ""
    steps: Sequence[StepFields] = ()
    groups: Sequence[GroupInput] = field(default_factory=tuple)
    # The country that is chosen, and the one that the numbers in the form are for.
    country: str = UNITED_STATES
    numbers_for: str = UNITED_STATES
    # Said by an administrator while red flags are off.
    turn_on: bool = False
    # The name of a group that is to be added.
    new_group: str = ""

    @classmethod
    def of(cls, messaging: MessagingSettings) -> "UrgencyInput":
        """Show settings."""
        groups = messaging.red_flags.groups
        country = UNITED_STATES if not groups or any(map(is_of_united_states, groups)) else ""
        return cls(
            frozenset(messaging.languages),
            messaging.patients_may_say_urgent,
            messaging.on_call,
            "",
            [StepFields.of(step) for step in messaging.urgent_ladder],
            [GroupInput.of(group) for group in groups],
            country,
            country,
        )

    def red_flags(self, current: MessagingSettings) -> RedFlags:
        """The groups as they were typed."""
        before = {group.group: group for group in current.red_flags.groups}
        return RedFlags(tuple(group.over(before.get(group.group)) for group in self.groups))

    def languages_of(self, current: MessagingSettings) -> tuple[str, ...]:
        """The languages that were ticked; those that the form doesn't show stay as they were."""
        others = (language for language in current.languages if language not in LANGUAGES)
        return (*(language for language in LANGUAGES if language in self.languages), *others)

    def with_group(self) -> "UrgencyInput":
        """With the new group, which is empty still. Raises Invalid for a name that can't be one, or is one already."""
        name = "-".join(self.new_group.lower().split())
        if not GROUP.fullmatch(name):
            raise Invalid.at("new_group", "must begin with a letter and have up to 40 letters, digits and hyphens")
        if name in {group.group for group in self.groups}:
            raise Invalid.at("new_group", "is the name of a group already")
        return replace(self, groups=[*self.groups, GroupInput.of(RedFlagGroup(name))], new_group="")

    def has_red_flags(self, base: MessagingSettings) -> bool:
        """Whether the groups are to be saved: they are on already, or are turned on."""
        return self.turn_on or bool(base.red_flags.groups)

    def are_as_shipped(self) -> bool:
        """Whether the groups are lists that ship, or none."""
        typed = tuple(group.over(None) for group in self.groups)
        languages = (LANGUAGES, self.languages)
        return not typed or any(typed == ready_made(one, code).groups for one in languages for code in COUNTRIES)

    def for_its_country(self, base: MessagingSettings) -> tuple["UrgencyInput", list[FieldError]]:
        """For another country than the one that the numbers are for: without those of the United States.

        The errors name the numbers to enter in their place.
        """
        if self.country or not self.numbers_for or not self.has_red_flags(base):
            return self, []
        typed = [group.over(None) for group in self.groups]
        errors = [
            FieldError(
                f"red_flags.{index}.phone", "is one of the United States: enter the number to call in your country"
            )
            for index, group in enumerate(typed)
            if is_of_united_states(group)
        ]
        groups = [
            GroupInput.of(for_another_country(group)) if is_of_united_states(group) else shown
            for shown, group in zip(self.groups, typed, strict=True)
        ]
        return replace(self, groups=groups, numbers_for=self.country), errors

    def without_group(self, name: str) -> "UrgencyInput":
        """Without this group."""
        return replace(self, groups=[group for group in self.groups if group.group != name])


def read_input(form: Posted) -> UrgencyInput:
    """What was typed."""
    groups = [
        GroupInput(
            name,
            {language: typed_lines(form, f"phrases.{name}.{language}") for language in LANGUAGES},
            {language: typed_lines(form, f"advice.{name}.{language}") for language in LANGUAGES},
            typed_line(form, f"phone.{name}"),
        )
        for name in dict.fromkeys(form.getlist("group"))
    ]
    return UrgencyInput(
        languages=frozenset(form.getlist("languages")) & LANGUAGES.keys(),
        may_say="may_say" in form,
        on_call=tuple(dict.fromkeys(form.getlist("on_call"))),
        added=typed_line(form, "added").strip(),
        steps=typed_steps(form),
        groups=groups,
        country=_country(form, "country"),
        numbers_for=_country(form, "numbers_for"),
        turn_on="turn_on" in form,
        new_group=typed_line(form, "new_group").strip(),
    )


def _country(form: Posted, name: str) -> str:
    """The country in this field; all that ship no numbers of their own are alike."""
    code = form.get(name, UNITED_STATES)
    return code if code in COUNTRIES else ""


def settings_of(
    typed: UrgencyInput, current: MessagingSettings, members: Mapping[str, Staff], asked: Sequence[FieldError]
) -> MessagingSettings:
    """The settings with what was typed. Raises Invalid with the fields, and with those that are asked for."""
    errors = [*asked, *_group_errors(typed, current)]
    added = find_colleague(typed.added, members, "") if typed.added else None
    if isinstance(added, str):
        errors.append(FieldError("added", added))
    try:
        ladder = ladder_in(typed.steps, "urgent_ladder")
    except Invalid as wrong:
        errors.extend(wrong.errors)
        ladder = ()
    if errors:
        raise Invalid("The form can't be saved as it is.", errors)
    on_call = (*typed.on_call, added.id) if isinstance(added, Staff) else typed.on_call
    on_call = tuple(dict.fromkeys(on_call))
    wanted = replace(current, patients_may_say_urgent=typed.may_say, on_call=on_call, urgent_ladder=ladder)
    if not typed.has_red_flags(current):
        return wanted
    return replace(wanted, languages=typed.languages_of(current), red_flags=typed.red_flags(current))


def _group_errors(typed: UrgencyInput, current: MessagingSettings) -> Iterator[FieldError]:
    """Nothing typed about groups is lost because they are off or not added, and none is on that isn't there."""
    if not typed.has_red_flags(current) and not typed.are_as_shipped():
        yield FieldError("turn_on", "is off, so your changes to the lists would be lost: turn it on to save them")
    if typed.turn_on and not typed.groups:
        yield FieldError("turn_on", "needs a group of phrases: add one, or show the ready-made lists")
    if typed.new_group:
        yield FieldError("new_group", "is not added yet: press “Add the group”, or leave the field empty")
