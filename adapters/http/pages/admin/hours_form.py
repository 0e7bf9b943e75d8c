"""The form of opening hours and answer-by: what was typed, and the settings that it makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from adapters.documents.hours_text import dates_text, day_text, read_dates, read_day
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.typed import typed_line, typed_lines
from router.messaging.hours import WEEKDAYS, Day, Hours, PracticeHours, SiteHours, Week
from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.messaging.timing_rules import ANSWER_WITHIN_LIMIT
from router.practice.topics import Topic

UNREADABLE_DAY = "can't be read: write it like 08:00-12:00, 13:00-17:00, or leave it empty for closed"
UNREADABLE_DATES = "can't be read: write a date and its hours, such as 2026-12-24 08:00-12:00 or 2026-12-25 closed"
UNREADABLE_HOURS = "must be a number of hours, such as 8 or 1.5"
MINUTES_AN_HOUR = 60
TOO_MANY_HOURS = f"must be at most {ANSWER_WITHIN_LIMIT // MINUTES_AN_HOUR} hours of opening time"


@dataclass(frozen=True, slots=True)
class HoursInput:
    """What stands in the fields, as text; `site` None is the practice. `own_week` is set for sites only."""

    site: str | None
    week: Mapping[str, str]
    dates: str
    own_week: bool = False
    round_the_clock: bool = False
    time_zone: str = ""
    answer_within: str = ""
    phone: str = ""
    topic_within: Mapping[Topic, str] = field(default_factory=dict)
    guidance: Mapping[Topic, str] = field(default_factory=dict)


def input_of(messaging: MessagingSettings, site: str | None) -> HoursInput:
    """What the fields show of these settings."""
    hours = messaging.hours
    own = hours.sites.get(site, SiteHours()) if site is not None else SiteHours()
    week = hours.practice.weekly if own.weekly is None else own.weekly
    topics = _topics_here(messaging, site) or messaging.practice
    return HoursInput(
        site=site,
        week={weekday: day_text(day) for weekday, day in zip(WEEKDAYS, week, strict=True)},
        dates=dates_text(hours.practice.dates if site is None else own.dates),
        own_week=own.weekly is not None,
        round_the_clock=hours.practice.round_the_clock,
        time_zone=own.time_zone or "",
        answer_within=_hours_text(messaging.answer_within) if messaging.answer_within else "",
        phone=messaging.phone,
        topic_within={topic: _hours_text(one.answer_within) for topic, one in topics.topics.items()},
        guidance={topic: one.guidance for topic, one in topics.topics.items()},
    )


def read_input(form: Posted) -> HoursInput:
    """What was typed; days to copy to take over Monday, and the ticked holidays are dates that are closed."""
    week = {weekday: typed_line(form, f"week.{weekday}") for weekday in WEEKDAYS}
    if form.get("do") == "copy":
        week |= dict.fromkeys(form.getlist("copy"), week["mon"])
    typed = {day for line in form.get("dates", "").splitlines() for day in line.split()[:1]}
    ticked = sorted({f"{day} closed" for day in form.getlist("holiday") if day not in typed})
    return HoursInput(
        site=form.get("site") or None,
        week={weekday: week[weekday] for weekday in WEEKDAYS},
        dates="\n".join(filter(None, [typed_lines(form, "dates").strip(), *ticked])),
        own_week="own_week" in form,
        round_the_clock="round_the_clock" in form,
        time_zone=typed_line(form, "time_zone").strip(),
        answer_within=typed_line(form, "answer_within").strip(),
        phone=typed_line(form, "phone").strip(),
        topic_within={topic: typed_line(form, f"{topic}.answer_within").strip() for topic in Topic},
        guidance={topic: typed_line(form, f"{topic}.guidance").strip() for topic in Topic},
    )


def settings_of(typed: HoursInput, base: MessagingSettings) -> tuple[MessagingSettings, dict[str, str]]:
    """The settings with what was typed in place of what was there, and what can't be read, by field."""
    errors: dict[str, str] = {}
    week = _week(typed, errors)
    found = read_dates(typed.dates)
    if found.unreadable:
        errors["dates"] = f"{found.unreadable[0][:60]}: {UNREADABLE_DATES}"
    elif found.repeated:
        errors["dates"] = f"{found.repeated[0].isoformat()} is listed twice"
    changed = _with_hours(typed, base, week, found.dates)
    if typed.site is None:
        answer_within = _minutes(typed.answer_within, "answer_within", errors) or 0
        changed = replace(changed, phone=typed.phone, answer_within=answer_within)
    return _with_topics(typed, changed, errors), errors


def _week(typed: HoursInput, errors: dict[str, str]) -> Week:
    days = []
    for weekday in WEEKDAYS:
        day = read_day(typed.week[weekday])
        if day is None:
            errors[f"week.{weekday}"] = UNREADABLE_DAY
        days.append(day or ())
    return cast("Week", tuple(days))


def _with_hours(typed: HoursInput, base: MessagingSettings, week: Week, dates: Mapping[date, Day]) -> MessagingSettings:
    hours = base.hours
    if typed.site is None:
        return replace(base, hours=Hours(PracticeHours(week, dates, typed.round_the_clock), hours.sites))
    own = SiteHours(week if typed.own_week else None, dates, typed.time_zone or None)
    sites = {site: one for site, one in hours.sites.items() if site != typed.site}
    if own != SiteHours():
        sites[typed.site] = own
    return replace(base, hours=replace(hours, sites=sites))


def _with_topics(typed: HoursInput, base: MessagingSettings, errors: dict[str, str]) -> MessagingSettings:
    """A site without topics of its own has those of the practice, which are edited there."""
    topics = _topics_here(base, typed.site)
    if topics is None:
        return base
    changed = TopicSet({topic: _topic(topic, typed, one, errors) for topic, one in topics.topics.items()})
    if typed.site is None:
        return replace(base, practice=changed)
    return replace(base, sites={**base.sites, typed.site: changed})


def _topics_here(messaging: MessagingSettings, site: str | None) -> TopicSet | None:
    return messaging.practice if site is None else messaging.sites.get(site)


def _topic(topic: Topic, typed: HoursInput, before: TopicSettings, errors: dict[str, str]) -> TopicSettings:
    within = _minutes(typed.topic_within[topic], f"{topic}.answer_within", errors)
    return replace(before, answer_within=within, guidance=typed.guidance[topic])


def _minutes(text: str, field: str, errors: dict[str, str]) -> int | None:
    """Hours with a decimal point or comma as minutes; None where nothing was typed."""
    if not text:
        return None
    try:
        minutes = round(float(text.replace(",", ".")) * MINUTES_AN_HOUR)
    except OverflowError:
        minutes = ANSWER_WITHIN_LIMIT + 1
    except ValueError:
        minutes = -1
    if 0 <= minutes <= ANSWER_WITHIN_LIMIT:
        return minutes
    errors[field] = UNREADABLE_HOURS if minutes < 0 else TOO_MANY_HOURS
    return None


def _hours_text(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes / MINUTES_AN_HOUR:g}"
