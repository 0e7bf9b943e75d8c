"""The settings document, both ways."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, WithJsonSchema

from adapters.documents.document import Document, load, read, without_defaults
from adapters.documents.fields import CONTROLS, Disclaimer, DisplayName, Id
from adapters.documents.hours import HoursDocument, hours_of, render_hours
from adapters.documents.ladder import STEPS, LadderStepDocument, ladder_of, render_ladder
from adapters.documents.urgency import DIALLED, UrgencyDocument, render_urgency, urgency_of
from router.messaging.partial import (
    PARTS,
    PARTS_OF_HOURS,
    PARTS_OF_PRACTICE_HOURS,
    PARTS_OF_TOPICS,
    Absent,
    PartialSettings,
)
from router.messaging.portal_address import SECURE, URL_LIMIT
from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.messaging.timing_rules import (
    ANSWER_WITHIN_LIMIT,
    EMAIL_NAME_LIMIT,
    GUIDANCE_LIMIT,
    PHONE_LIMIT,
)
from router.practice.topics import Topic

Ignored = Annotated[Any, Field(description="Part of responses; ignored in requests.")]


MINUTES: dict[str, Any] = {"minimum": 0, "maximum": ANSWER_WITHIN_LIMIT}
# Without control characters, as texts of one line are.
LINE = rf"^[^{CONTROLS}]*$"


def _line(limit: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "maxLength": limit, "pattern": LINE})


Guidance = Annotated[str, _line(GUIDANCE_LIMIT)]
Phone = Annotated[str, _line(PHONE_LIMIT)]
EmailName = Annotated[str, _line(EMAIL_NAME_LIMIT)]
PortalUrl = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": URL_LIMIT,
            "pattern": rf"^({SECURE}(:[0-9]{{1,5}})?([/?#][!#-&(-;=?-[\]-~]*)?)?$",
        }
    ),
]


class TopicSettingsDocument(Document):
    """The settings of one topic."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    enabled: Annotated[bool, Field(description="Whether patients can write about it.")]
    recipients: Annotated[list[Id], Field(description="The ids of the staff who share it.")]
    display_name: Annotated[DisplayName, Field(description="What patients read in To:.")]
    answer_within: Annotated[
        int | None,
        Field(
            description="Minutes of opening time; null: the practice's value, 0: none. If omitted, it stays unchanged.",
            json_schema_extra=MINUTES,
        ),
    ] = None
    guidance: Annotated[
        Guidance, Field(description="One line for patients who choose the topic. If omitted, it stays unchanged.")
    ] = ""
    ladder: Annotated[
        list[LadderStepDocument] | None,
        Field(
            description="The topic's own ladder; null: the practice's, empty: none. If omitted, it stays unchanged.",
            json_schema_extra=STEPS,
        ),
    ] = None
    others_may_get_chosen: Annotated[
        bool,
        Field(
            description="Whether the ladder may give others messages to a chosen provider and private messages. "
            "If omitted, it stays unchanged."
        ),
    ] = False


class TopicsDocument(Document):
    """The settings of all five topics."""

    medical: Annotated[TopicSettingsDocument, Field(description="Questions about health.")]
    appointment: Annotated[TopicSettingsDocument, Field(description="Appointments.")]
    medication: Annotated[TopicSettingsDocument, Field(description="Medication and refills.")]
    billing: Annotated[TopicSettingsDocument, Field(description="Bills and insurance.")]
    other: Annotated[TopicSettingsDocument, Field(description="Everything else.")]


class TopicSetDocument(Document):
    """The topics of the practice or of a site."""

    topics: Annotated[TopicsDocument, Field(description="Each topic's settings.")]


class MessagingDocument(UrgencyDocument):
    """Everything that a portal administrator sets. Response-only fields are ignored.

    Fields that aren't required may be omitted and then stay unchanged.
    """

    version: Ignored = None
    messaging_enabled: Annotated[bool, Field(description="Whether patients can write at all.")]
    by_site: Annotated[bool, Field(description="Whether sites may have topics of their own.")]
    care_team_fallback: Annotated[
        bool, Field(description="Whether a topic without recipients goes to the patient's care team.")
    ]
    disclaimer: Annotated[Disclaimer, Field(description="What patients read above the form.")]
    catch_all: Annotated[
        list[Id], Field(description="The ids of the staff who get messages that nobody else would get.")
    ]
    practice: Annotated[TopicSetDocument, Field(description="The practice's own topics.")]
    sites: Annotated[
        dict[Id, TopicSetDocument] | None,
        Field(
            description="By site id, the topics of sites that have their own. A site that isn't in it has the "
            "practice's. If omitted, they stay unchanged."
        ),
    ] = None
    hours: Annotated[HoursDocument | None, Field(description="Opening hours. If omitted, they stay unchanged.")] = None
    answer_within: Annotated[
        int | None,
        Field(
            description="Minutes of opening time within which messages are usually answered; 0: patients aren't "
            "told a time.",
            json_schema_extra=MINUTES,
        ),
    ] = None
    phone: Annotated[Phone | None, Field(description=f"The number that patients may call. {DIALLED}")] = None
    portal_url: Annotated[PortalUrl | None, Field(description="The portal that emails to patients link to.")] = None
    email_name: Annotated[
        EmailName | None, Field(description="The practice's name in emails to patients; empty: emails don't name it.")
    ] = None
    ladder: Annotated[
        list[LadderStepDocument] | None,
        Field(
            description="What happens to messages that nobody opens or answers; empty: nothing. If omitted, it "
            "stays unchanged.",
            json_schema_extra=STEPS,
        ),
    ] = None
    changes: Ignored = None
    warnings: Ignored = None
    gaps: Ignored = None
    daily_conversations: Annotated[
        int | None,
        Field(
            description="New conversations for one patient within 24 hours; 0: no limit. If omitted, it stays "
            "unchanged."
        ),
    ] = None


def parse_messaging(value: object) -> PartialSettings:
    """Make settings from parsed JSON; their version is 0. Raises Invalid with the fields."""
    return settings_of(read(MessagingDocument, value))


def parse_messaging_json(data: bytes) -> PartialSettings:
    """Make settings from JSON. Raises Invalid with the fields."""
    return parse_messaging(load(data))


def settings_of(document: MessagingDocument) -> PartialSettings:
    """Make settings from a document; their version is 0."""
    settings = MessagingSettings(
        messaging_enabled=document.messaging_enabled,
        by_site=document.by_site,
        care_team_fallback=document.care_team_fallback,
        disclaimer=document.disclaimer.strip(),
        catch_all=tuple(document.catch_all),
        practice=_topic_set(document.practice),
        sites={site: _topic_set(topics) for site, topics in (document.sites or {}).items()},
        hours=hours_of(document.hours or HoursDocument()),
        answer_within=document.answer_within or 0,
        phone=(document.phone or "").strip(),
        portal_url=(document.portal_url or "").strip(),
        email_name=(document.email_name or "").strip(),
        daily_conversations=document.daily_conversations or 0,
        ladder=ladder_of(document.ladder or []),
        **urgency_of(document),
    )
    return PartialSettings(settings, _absent(document))


def _absent(document: MessagingDocument) -> Absent:
    """The parts that the document doesn't have. Null means absent, but for a topic's answer-by it means inherited."""
    parts = {part for part in PARTS if getattr(document, part) is None}
    if document.hours is not None:
        parts |= {f"hours.{part}" for part in PARTS_OF_HOURS if getattr(document.hours, part) is None}
        practice = document.hours.practice
        if practice is not None:
            lacking = (part for part in PARTS_OF_PRACTICE_HOURS if getattr(practice, part) is None)
            parts |= {f"hours.practice.{part}" for part in lacking}
    sets = [(None, document.practice), *(document.sites or {}).items()]
    topics = {
        (site, topic): frozenset(PARTS_OF_TOPICS) - getattr(own.topics, topic.value).model_fields_set
        for site, own in sets
        for topic in Topic
    }
    return Absent(frozenset(parts), {where: lacking for where, lacking in topics.items() if lacking})


def render_messaging(messaging: MessagingSettings) -> dict[str, Any]:
    """The document for these settings."""
    return {
        "version": messaging.version,
        "messaging_enabled": messaging.messaging_enabled,
        "by_site": messaging.by_site,
        "care_team_fallback": messaging.care_team_fallback,
        "disclaimer": messaging.disclaimer,
        "catch_all": list(messaging.catch_all),
        "practice": _render_set(messaging.practice),
        "sites": {site: _render_set(topics) for site, topics in sorted(messaging.sites.items())},
        "hours": render_hours(messaging.hours),
        "answer_within": messaging.answer_within,
        "phone": messaging.phone,
        "portal_url": messaging.portal_url,
        "email_name": messaging.email_name,
        "daily_conversations": messaging.daily_conversations,
        "ladder": render_ladder(messaging.ladder),
        **render_urgency(messaging),
    }


def _topic_set(document: TopicSetDocument) -> TopicSet:
    return TopicSet({topic: _settings(getattr(document.topics, topic.value)) for topic in Topic})


def _settings(document: TopicSettingsDocument) -> TopicSettings:
    return TopicSettings(
        document.enabled,
        tuple(document.recipients),
        document.display_name.strip(),
        document.answer_within,
        document.guidance.strip(),
        None if document.ladder is None else ladder_of(document.ladder),
        document.others_may_get_chosen,
    )


def _render_set(topics: TopicSet) -> dict[str, Any]:
    return {"topics": {topic.value: _render(topics[topic]) for topic in Topic}}


def _render(settings: TopicSettings) -> dict[str, Any]:
    return {
        "enabled": settings.enabled,
        "recipients": list(settings.recipients),
        "display_name": settings.display_name,
        "answer_within": settings.answer_within,
        "guidance": settings.guidance,
        "ladder": None if settings.ladder is None else render_ladder(settings.ladder),
        "others_may_get_chosen": settings.others_may_get_chosen,
    }
