"""Settings and resolutions as the JSON that is stored; both directions side by side."""

from datetime import datetime
from typing import Any

from router.messages.cascade import Recipient, Resolution, Step, StepOutcome, TracedStep, reason_from
from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.practice.availability import Considered, Standing
from router.practice.topics import Topic

Json = dict[str, Any]


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
    }


def messaging_from_json(stored: Json, version: int) -> MessagingSettings:
    """The settings of a stored version."""
    return MessagingSettings(
        messaging_enabled=stored["messaging_enabled"],
        by_site=stored["by_site"],
        care_team_fallback=stored["care_team_fallback"],
        disclaimer=stored["disclaimer"],
        catch_all=tuple(stored["catch_all"]),
        practice=_topic_set_from_json(stored["practice"]),
        sites={site: _topic_set_from_json(topics) for site, topics in stored["sites"].items()},
        version=version,
        # Versions that were stored before it existed have none.
        daily_conversations=stored.get("daily_conversations"),
    )


def _topic_set_to_json(topics: TopicSet) -> Json:
    return {
        topic.value: {"enabled": one.enabled, "recipients": list(one.recipients), "display_name": one.display_name}
        for topic, one in topics.topics.items()
    }


def _topic_set_from_json(stored: Json) -> TopicSet:
    return TopicSet(
        {
            topic: TopicSettings(
                stored[topic]["enabled"], tuple(stored[topic]["recipients"]), stored[topic]["display_name"]
            )
            for topic in Topic
        }
    )


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
