"""Settings and resolutions as the JSON that is stored; both directions side by side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.database.hours_codec import hours_from_json, hours_to_json
from adapters.database.red_flag_codec import red_flags_from_json, red_flags_to_json
from router.messages.cascade import Recipient, Resolution, Step, StepOutcome, TracedStep, reason_from
from router.messaging.hours import Hours
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.partial import PARTS, PARTS_OF_TOPICS, Absent, PartialSettings
from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.practice.availability import Considered, Standing
from router.practice.topics import Topic

Json = dict[str, Any]
# Parts of the settings that are more than one value.
STRUCTURED = frozenset({"sites", "hours", "ladder", "urgent_ladder", "on_call", "red_flags", "languages"})


def messaging_to_json(messaging: MessagingSettings) -> Json:
    """The settings without their version, which is a column."""
    return {
        "messaging_enabled": messaging.messaging_enabled,
        "by_site": messaging.by_site,
        "care_team_fallback": messaging.care_team_fallback,
        "disclaimer": messaging.disclaimer,
        "catch_all": list(messaging.catch_all),
        "practice": _topic_set_to_json(messaging.practice),
        "sites": {site: _topic_set_to_json(topics) for site, topics in messaging.sites.items()},
        "daily_conversations": messaging.daily_conversations,
        "hours": hours_to_json(messaging.hours),
        "answer_within": messaging.answer_within,
        "phone": messaging.phone,
        "portal_url": messaging.portal_url,
        "email_name": messaging.email_name,
        "ladder": ladder_to_json(messaging.ladder),
        "urgent_ladder": ladder_to_json(messaging.urgent_ladder),
        "on_call": list(messaging.on_call),
        "red_flags": red_flags_to_json(messaging.red_flags),
        "languages": list(messaging.languages),
        "patients_may_say_urgent": messaging.patients_may_say_urgent,
    }


def messaging_from_json(stored: Json, version: int) -> PartialSettings:
    """The settings of a stored version; what its writer didn't know yet is absent."""
    sets = [(None, stored["practice"]), *stored["sites"].items()]
    messaging = MessagingSettings(
        messaging_enabled=stored["messaging_enabled"],
        by_site=stored["by_site"],
        care_team_fallback=stored["care_team_fallback"],
        disclaimer=stored["disclaimer"],
        catch_all=tuple(stored["catch_all"]),
        practice=_topic_set_from_json(stored["practice"]),
        sites={site: _topic_set_from_json(topics) for site, topics in stored["sites"].items()},
        version=version,
        hours=hours_from_json(stored["hours"]) if "hours" in stored else Hours(),
        ladder=ladder_from_json(stored.get("ladder", ())),
        urgent_ladder=ladder_from_json(stored.get("urgent_ladder", ())),
        on_call=tuple(stored.get("on_call", ())),
        red_flags=red_flags_from_json(stored.get("red_flags", ())),
        languages=tuple(stored.get("languages", ("en",))),
        **{name: stored[name] for name in PARTS if name not in STRUCTURED and name in stored},
    )
    absent = Absent(
        frozenset(PARTS).difference(stored),
        {
            (site, topic): lacking
            for site, topics in sets
            for topic in Topic
            if (lacking := frozenset(PARTS_OF_TOPICS).difference(topics[topic]))
        },
    )
    return PartialSettings(messaging, absent)


def _topic_set_to_json(topics: TopicSet) -> Json:
    return {
        topic.value: {
            "enabled": one.enabled,
            "recipients": list(one.recipients),
            "display_name": one.display_name,
            "answer_within": one.answer_within,
            "guidance": one.guidance,
            "ladder": None if one.ladder is None else ladder_to_json(one.ladder),
            "others_may_get_chosen": one.others_may_get_chosen,
        }
        for topic, one in topics.topics.items()
    }


def _topic_set_from_json(stored: Json) -> TopicSet:
    return TopicSet({topic: _topic_from_json(stored[topic]) for topic in Topic})


def _topic_from_json(stored: Json) -> TopicSettings:
    return TopicSettings(
        stored["enabled"],
        tuple(stored["recipients"]),
        stored["display_name"],
        stored.get("answer_within"),
        stored.get("guidance", ""),
        None if stored.get("ladder") is None else ladder_from_json(stored["ladder"]),
        stored.get("others_may_get_chosen", False),
    )


def ladder_to_json(ladder: Ladder) -> list[Json]:
    """The steps, in their order."""
    return [{"after": step.after, "while": step.condition.value, "do": step.do.value} for step in ladder]


def ladder_from_json(stored: Sequence[Json]) -> Ladder:
    """The same the other way round."""
    return tuple(LadderStep(step["after"], Condition(step["while"]), Do(step["do"])) for step in stored)


def resolution_to_json(resolution: Resolution) -> dict[str, list[Json]]:
    """Who gets the message, by which step, for whom; and every step that was tried."""
    return {
        "recipients": [
            {"staff": one.staff, "step": one.step.value, "represents": one.represents} for one in resolution.recipients
        ],
        "trace": [
            {
                "step": step.step.value,
                "outcome": step.outcome.value,
                "considered": [
                    [one.staff, one.standing.value, one.taken_by, list(one.covers)] for one in step.considered
                ],
            }
            for step in resolution.trace
        ],
    }


def resolution_from_json(recipients: list[Json], trace: list[Json], version: int, at: datetime) -> Resolution:
    """A stored resolution."""
    return Resolution(
        recipients=tuple(Recipient(one["staff"], reason_from(one["step"]), one["represents"]) for one in recipients),
        trace=tuple(_step_from_json(step) for step in trace),
        distribution_version=version,
        at=at,
    )


def _step_from_json(stored: Json) -> TracedStep:
    considered = tuple(
        Considered(staff, Standing(standing), taken_by, tuple(covers))
        for staff, standing, taken_by, covers in stored["considered"]
    )
    return TracedStep(Step(stored["step"]), StepOutcome(stored["outcome"]), considered)
