"""Merging two administrators' edits: one's changes on top of what the other saved."""

from dataclasses import replace
from typing import TypeVar

from router.messaging.hours import Hours, PracticeHours
from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings

Value = TypeVar("Value")


def merge(base: MessagingSettings, mine: MessagingSettings, theirs: MessagingSettings) -> MessagingSettings:
    """`theirs` with everything that `mine` changed since `base`; the version is theirs.

    If both changed the same value, mine wins. If either of them added or removed a site's own settings, those settings
    count as one value.
    """
    sites = {site: _site(site, base, mine, theirs) for site in sorted({*mine.sites, *theirs.sites})}
    return replace(
        theirs,
        messaging_enabled=_pick(base.messaging_enabled, mine.messaging_enabled, theirs.messaging_enabled),
        by_site=_pick(base.by_site, mine.by_site, theirs.by_site),
        care_team_fallback=_pick(base.care_team_fallback, mine.care_team_fallback, theirs.care_team_fallback),
        disclaimer=_pick(base.disclaimer, mine.disclaimer, theirs.disclaimer),
        catch_all=_pick(base.catch_all, mine.catch_all, theirs.catch_all),
        practice=_topic_set(base.practice, mine.practice, theirs.practice),
        sites={site: topics for site, topics in sites.items() if topics is not None},
        daily_conversations=_pick(base.daily_conversations, mine.daily_conversations, theirs.daily_conversations),
        hours=_hours(base.hours, mine.hours, theirs.hours),
        answer_within=_pick(base.answer_within, mine.answer_within, theirs.answer_within),
        phone=_pick(base.phone, mine.phone, theirs.phone),
        portal_url=_pick(base.portal_url, mine.portal_url, theirs.portal_url),
        email_name=_pick(base.email_name, mine.email_name, theirs.email_name),
        ladder=_pick(base.ladder, mine.ladder, theirs.ladder),
        urgent_ladder=_pick(base.urgent_ladder, mine.urgent_ladder, theirs.urgent_ladder),
        on_call=_pick(base.on_call, mine.on_call, theirs.on_call),
        red_flags=_pick(base.red_flags, mine.red_flags, theirs.red_flags),
        languages=_pick(base.languages, mine.languages, theirs.languages),
        patients_may_say_urgent=_pick(
            base.patients_may_say_urgent, mine.patients_may_say_urgent, theirs.patients_may_say_urgent
        ),
    )


def collide(base: MessagingSettings, mine: MessagingSettings, theirs: MessagingSettings) -> bool:
    """Whether both changed the same value since `base`, each to something else: then the order of merging matters."""
    return merge(base, mine, theirs) != replace(merge(base, theirs, mine), version=theirs.version)


def _site(site: str, base: MessagingSettings, mine: MessagingSettings, theirs: MessagingSettings) -> TopicSet | None:
    before, own, other = base.sites.get(site), mine.sites.get(site), theirs.sites.get(site)
    if before is None or own is None or other is None:
        return _pick(before, own, other)
    return _topic_set(before, own, other)


def _topic_set(base: TopicSet, mine: TopicSet, theirs: TopicSet) -> TopicSet:
    return TopicSet({topic: _settings(base[topic], mine[topic], theirs[topic]) for topic in theirs.topics})


def _settings(base: TopicSettings, mine: TopicSettings, theirs: TopicSettings) -> TopicSettings:
    return TopicSettings(
        enabled=_pick(base.enabled, mine.enabled, theirs.enabled),
        recipients=_pick(base.recipients, mine.recipients, theirs.recipients),
        display_name=_pick(base.display_name, mine.display_name, theirs.display_name),
        answer_within=_pick(base.answer_within, mine.answer_within, theirs.answer_within),
        guidance=_pick(base.guidance, mine.guidance, theirs.guidance),
        ladder=_pick(base.ladder, mine.ladder, theirs.ladder),
        others_may_get_chosen=_pick(
            base.others_may_get_chosen, mine.others_may_get_chosen, theirs.others_may_get_chosen
        ),
    )


def _hours(base: Hours, mine: Hours, theirs: Hours) -> Hours:
    before, own, other = base.practice, mine.practice, theirs.practice
    practice = PracticeHours(
        _pick(before.weekly, own.weekly, other.weekly),
        _pick(before.dates, own.dates, other.dates),
        _pick(before.round_the_clock, own.round_the_clock, other.round_the_clock),
    )
    names = sorted({*mine.sites, *theirs.sites})
    sites = {site: _pick(base.sites.get(site), mine.sites.get(site), theirs.sites.get(site)) for site in names}
    return Hours(practice, {site: hours for site, hours in sites.items() if hours is not None})


def _pick(base: Value, mine: Value, theirs: Value) -> Value:
    return theirs if mine == base else mine
