"""Warnings for portal administrators about the current settings; they never prevent saving."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.messaging.vacancies import Duty, vacancies
from router.practice.availability import Staffing, represent
from router.practice.email_addresses import NEEDS_SMTPUTF8, doubt_about
from router.text.dates import moment_in_words

# For how long ahead an administrator should have looked at the holidays.
DATES_AHEAD = timedelta(days=60)


class WarningCode(StrEnum):
    """The kinds of warning."""

    ALL_TOPICS_OFF = "all_topics_off"
    NOBODY_TO_CATCH = "nobody_to_catch"
    CATCH_ALL_OWNS = "catch_all_owns"
    SINGLE_RECIPIENT = "single_recipient"
    RECIPIENT_AWAY = "recipient_away"
    RECIPIENT_INACTIVE = "recipient_inactive"
    RECIPIENT_WITHOUT_EMAIL = "recipient_without_email"
    RECIPIENT_NEEDS_SMTPUTF8 = "recipient_needs_smtputf8"
    RECIPIENT_EMAIL_DOUBTFUL = "recipient_email_doubtful"
    NO_DATES_SET = "no_dates_set"
    NO_HOURS_SET = "no_hours_set"
    NOBODY_ON_CALL = "nobody_on_call"
    NO_ADMINISTRATOR = "no_administrator"


CODES_OF_DUTIES = {
    Duty.ON_CALL: WarningCode.NOBODY_ON_CALL,
    Duty.ADMINISTRATORS: WarningCode.NO_ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True)
class SettingsWarning:
    """One warning: its kind, the field that it is about, and a sentence for people."""

    code: WarningCode
    field: str
    message: str


def warnings(messaging: MessagingSettings, staffing: Staffing, at: datetime) -> list[SettingsWarning]:
    """Every warning about the sets that decide now; the sites' sets count only while distribution is by site.

    Times are given in the time zone of `at`.
    """
    found = list(_catch_all(messaging, staffing, at))
    for path, site, topics in messaging.sets():
        if site is None or messaging.by_site:
            found += _topic_set(path, topics, staffing, at)
    for index, staff in enumerate(messaging.on_call):
        found += _person(f"on_call.{index}", staff, staffing, at)
    found += [
        SettingsWarning(CODES_OF_DUTIES[vacancy.duty], vacancy.duty.value, vacancy.message)
        for vacancy in vacancies(messaging, staffing, at)
    ]
    found += _hours(messaging, at)
    return found


def _hours(messaging: MessagingSettings, at: datetime) -> Iterator[SettingsWarning]:
    practice = messaging.hours.practice
    if any(practice.weekly) and not practice.round_the_clock:
        # The day before: it may still be today somewhere west of here.
        begins = at.date() - timedelta(days=1)
        if not any(begins <= day <= begins + DATES_AHEAD for day in practice.dates):
            yield SettingsWarning(
                WarningCode.NO_DATES_SET,
                "hours.practice.dates",
                f"No holidays or other dates are set for the next {DATES_AHEAD.days} days.",
            )
    expected = messaging.answer_within or any(
        settings.answer_within for _, _, topics in messaging.sets() for settings in topics.topics.values()
    )
    if expected and not practice.are_set:
        yield SettingsWarning(
            WarningCode.NO_HOURS_SET,
            "hours.practice",
            "No opening hours are set, so patients don't see when to expect an answer.",
        )
    if messaging.has_ladder and not practice.are_set:
        yield SettingsWarning(
            WarningCode.NO_HOURS_SET,
            "ladder",
            "No opening hours are set: the ladder runs only at sites that have their own.",
        )


def _catch_all(messaging: MessagingSettings, staffing: Staffing, at: datetime) -> Iterator[SettingsWarning]:
    caught = any(staffing.is_active(staff) for staff in messaging.catch_all)
    if not caught and not staffing.administrators():
        yield SettingsWarning(
            WarningCode.NOBODY_TO_CATCH,
            "catch_all",
            "Nobody on the catch-all is active: some messages may reach nobody.",
        )
    for index, staff in enumerate(messaging.catch_all):
        yield from _person(f"catch_all.{index}", staff, staffing, at)


def _topic_set(path: str, topics: TopicSet, staffing: Staffing, at: datetime) -> Iterator[SettingsWarning]:
    if not any(settings.enabled for settings in topics.topics.values()):
        yield SettingsWarning(
            WarningCode.ALL_TOPICS_OFF, f"{path}.topics", "All topics are off: patients can't write at all."
        )
    for topic, settings in topics.topics.items():
        if settings.enabled and settings.recipients:
            yield from _topic(f"{path}.topics.{topic}.recipients", settings, staffing, at)


def _topic(field: str, settings: TopicSettings, staffing: Staffing, at: datetime) -> Iterator[SettingsWarning]:
    takers = {represent(staff, staffing, at).taken_by for staff in settings.recipients} - {None}
    if not takers:
        yield SettingsWarning(
            WarningCode.CATCH_ALL_OWNS, field, "No recipient can take messages now, so the catch-all gets this topic."
        )
    elif len([staff for staff in settings.recipients if staffing.is_active(staff)]) == 1:
        yield SettingsWarning(
            WarningCode.SINGLE_RECIPIENT,
            field,
            "Only one person receives this topic. If they are ill, nobody sees it.",
        )
    for index, staff in enumerate(settings.recipients):
        yield from _person(f"{field}.{index}", staff, staffing, at)


def _person(field: str, staff: str, staffing: Staffing, at: datetime) -> Iterator[SettingsWarning]:
    member = staffing.members.get(staff)
    if member is None or not member.active:
        name = member.name if member else staff
        yield SettingsWarning(
            WarningCode.RECIPIENT_INACTIVE, field, f"{name} has left and gets nothing; choose somebody else."
        )
        return
    absence = staffing.absence_of(staff, at)
    if absence is not None:
        taken_by = represent(staff, staffing, at).taken_by
        cover = f"covered by {staffing.members[taken_by].name}" if taken_by else "without anybody to cover"
        until = moment_in_words(absence.ends.astimezone(at.tzinfo))
        yield SettingsWarning(WarningCode.RECIPIENT_AWAY, field, f"{member.name} is away until {until}, {cover}.")
    if member.email is None:
        yield SettingsWarning(
            WarningCode.RECIPIENT_WITHOUT_EMAIL, field, f"{member.name} has no email address: no notification is sent."
        )
    elif doubt := doubt_about(member.email):
        code = WarningCode.RECIPIENT_NEEDS_SMTPUTF8 if doubt == NEEDS_SMTPUTF8 else WarningCode.RECIPIENT_EMAIL_DOUBTFUL
        yield SettingsWarning(code, field, f"{member.name}'s email address {doubt}.")
