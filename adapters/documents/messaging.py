"""The settings document, both ways."""

from typing import Annotated, Any

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Disclaimer, DisplayName, Id
from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.practice.topics import Topic

Ignored = Annotated[Any, Field(description="Part of responses; ignored in requests.")]


class TopicSettingsDocument(Document):
    """The settings of one topic."""

    enabled: Annotated[bool, Field(description="Whether patients may write about it.")]
    recipients: Annotated[list[Id], Field(description="The ids of the staff who share it.")]
    display_name: Annotated[DisplayName, Field(description="What patients read in To:.")]


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


class MessagingDocument(Document):
    """Everything that a portal administrator sets. What responses add may be sent back and is ignored."""

    version: Ignored = None
    messaging_enabled: Annotated[bool, Field(description="Whether patients may write at all.")]
    by_site: Annotated[bool, Field(description="Whether sites may have topics of their own.")]
    care_team_fallback: Annotated[
        bool, Field(description="Whether a topic without recipients goes to the patient's care team.")
    ]
    disclaimer: Annotated[Disclaimer, Field(description="What patients read above the form.")]
    catch_all: Annotated[list[Id], Field(description="The ids of the staff who get what nobody else would get.")]
    practice: Annotated[TopicSetDocument, Field(description="The practice's own topics.")]
    sites: Annotated[
        dict[Id, TopicSetDocument], Field(description="By site id, the topics of sites that have their own.")
    ] = Field(default_factory=dict)
    changes: Ignored = None
    warnings: Ignored = None
    gaps: Ignored = None
    daily_conversations: Annotated[
        int | None, Field(description="New conversations for one patient within 24 hours; null or absent: no limit.")
    ] = None


def parse_messaging(value: object) -> MessagingSettings:
    """Make settings of what JSON became; their version is 0. Raises Invalid with the fields."""
    return settings_of(read(MessagingDocument, value))


def settings_of(document: MessagingDocument) -> MessagingSettings:
    """Make settings of a document that was read; their version is 0."""
    return MessagingSettings(
        messaging_enabled=document.messaging_enabled,
        by_site=document.by_site,
        care_team_fallback=document.care_team_fallback,
        disclaimer=document.disclaimer.strip(),
        catch_all=tuple(document.catch_all),
        practice=_topic_set(document.practice),
        sites={site: _topic_set(topics) for site, topics in document.sites.items()},
        daily_conversations=document.daily_conversations,
    )


def parse_messaging_json(data: bytes) -> MessagingSettings:
    """Make settings of JSON. Raises Invalid with the fields."""
    return parse_messaging(load(data))


def render_messaging(messaging: MessagingSettings) -> dict[str, Any]:
    """The document that says what these settings are."""
    return {
        "version": messaging.version,
        "messaging_enabled": messaging.messaging_enabled,
        "by_site": messaging.by_site,
        "care_team_fallback": messaging.care_team_fallback,
        "disclaimer": messaging.disclaimer,
        "catch_all": list(messaging.catch_all),
        "practice": _render_set(messaging.practice),
        "sites": {site: _render_set(topics) for site, topics in sorted(messaging.sites.items())},
        "daily_conversations": messaging.daily_conversations,
    }


def _topic_set(document: TopicSetDocument) -> TopicSet:
    return TopicSet({topic: _settings(getattr(document.topics, topic.value)) for topic in Topic})


def _settings(document: TopicSettingsDocument) -> TopicSettings:
    return TopicSettings(document.enabled, tuple(document.recipients), document.display_name.strip())


def _render_set(topics: TopicSet) -> dict[str, Any]:
    return {"topics": {topic.value: _render(topics[topic]) for topic in Topic}}


def _render(settings: TopicSettings) -> dict[str, Any]:
    return {
        "enabled": settings.enabled,
        "recipients": list(settings.recipients),
        "display_name": settings.display_name,
    }
