"""What changed between two versions of the settings, in words that an administrator reads."""

from collections.abc import Iterator, Mapping, Sequence

from router.messaging.hours_changes import hours_changes
from router.messaging.settings import MessagingSettings, TopicSet
from router.messaging.timing_changes import timing_changes, topic_changes
from router.messaging.urgency_changes import urgency_changes
from router.practice.people import Site, Staff


def changes(
    before: MessagingSettings, after: MessagingSettings, staff: Mapping[str, Staff], sites: Mapping[str, Site]
) -> list[str]:
    """Every difference as one sentence, from the top of the page to its bottom."""
    return [
        *_switches(before, after),
        *_people("Catch-all", before.catch_all, after.catch_all, staff),
        *_topic_set("Practice", before.practice, after.practice, staff),
        *_site_sets(before, after, staff, sites),
        *_daily_conversations(before.daily_conversations, after.daily_conversations),
        *hours_changes(before.hours, after.hours, sites),
        *timing_changes(before, after),
        *_people("On call", before.on_call, after.on_call, staff),
        *urgency_changes(before, after),
    ]


def _on_off(value: bool) -> str:  # noqa: FBT001 - it names the value of a switch.
    return "on" if value else "off"


def _switches(before: MessagingSettings, after: MessagingSettings) -> Iterator[str]:
    for name, old, new in (
        ("Messaging", before.messaging_enabled, after.messaging_enabled),
        ("Distribution by site", before.by_site, after.by_site),
        ("Care-team fallback", before.care_team_fallback, after.care_team_fallback),
    ):
        if old != new:
            yield f"{name} turned {_on_off(new)}."
    if before.disclaimer != after.disclaimer:
        yield "Disclaimer changed."


def _people(what: str, before: Sequence[str], after: Sequence[str], staff: Mapping[str, Staff]) -> Iterator[str]:
    names = {one: staff[one].name if one in staff else one for one in (*before, *after)}
    set_before, set_after = set(before), set(after)
    added = [names[one] for one in after if one not in set_before]
    removed = [names[one] for one in before if one not in set_after]
    if added:
        yield f"{what}: added {', '.join(added)}."
    if removed:
        yield f"{what}: removed {', '.join(removed)}."
    if not added and not removed and tuple(before) != tuple(after):
        yield f"{what}: order changed."


def _topic_set(where: str, before: TopicSet, after: TopicSet, staff: Mapping[str, Staff]) -> Iterator[str]:
    for topic, new in after.topics.items():
        old, area = before[topic], f"{where}, {topic.label}"
        if old.enabled != new.enabled:
            yield f"{area} turned {_on_off(new.enabled)}."
        yield from _people(f"{area}, recipients", old.recipients, new.recipients, staff)
        if old.display_name != new.display_name:
            yield f"{area}: display name changed from “{old.display_name}” to “{new.display_name}”."
        yield from topic_changes(area, old, new)


def _site_sets(
    before: MessagingSettings, after: MessagingSettings, staff: Mapping[str, Staff], sites: Mapping[str, Site]
) -> Iterator[str]:
    for site in sorted({*before.sites, *after.sites}):
        name = sites[site].name if site in sites else site
        if site not in after.sites:
            yield f"{name} uses the practice's settings again."
            continue
        if site not in before.sites:
            yield f"{name} has its own settings."
        yield from _topic_set(name, before.sites.get(site, before.practice), after.sites[site], staff)


def _daily_conversations(before: int, after: int) -> Iterator[str]:
    if before == after:
        return
    if not after:
        yield "New conversations for a patient are no longer limited."
    else:
        yield f"New conversations for a patient limited to {after} within 24 hours."
