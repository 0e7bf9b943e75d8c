"""The settings of a practice and their versions."""

from typing import Self

from pydantic import Field

from adapters.documents.messaging import render_messaging
from adapters.http.api.views.departures import GapView, VacancyView, show_gaps
from adapters.http.api.views.hours import HoursView
from adapters.http.api.views.ladders import LadderStepView
from adapters.http.api.views.trace import ResolutionView
from adapters.http.api.views.urgency import UrgencySettingsView
from adapters.http.forms import ComposeFormView
from adapters.http.view import NextCursor, UtcTime, View
from router.actors import ActorKind
from router.flows.administrator.messaging import SavedSettings
from router.messages.compose import FormRefused
from router.messaging.settings import MessagingSettings, SettingsVersion
from router.messaging.warnings import WarningCode


class TopicSettingsView(View):
    """The settings of one topic."""

    enabled: bool = Field(description="Whether patients can write about it.")
    recipients: list[str] = Field(description="The ids of the staff who share it.")
    display_name: str = Field(description="What patients read in To:.")
    answer_within: int | None = Field(description="Minutes of opening time; null: the practice's value, 0: none.")
    guidance: str = Field(description="One line for patients who choose the topic.")
    ladder: list[LadderStepView] | None = Field(description="The topic's own ladder; null: the practice's.")
    others_may_get_chosen: bool = Field(
        description="Whether the ladder may give others messages to a chosen provider and private messages."
    )


class TopicsView(View):
    """The settings of all five topics."""

    medical: TopicSettingsView = Field(description="Questions about health.")
    appointment: TopicSettingsView = Field(description="Appointments.")
    medication: TopicSettingsView = Field(description="Medication and refills.")
    billing: TopicSettingsView = Field(description="Bills and insurance.")
    other: TopicSettingsView = Field(description="Everything else.")


class TopicSetView(View):
    """The topics of the practice or of a site."""

    topics: TopicsView = Field(description="Each topic's settings.")


class MessagingView(UrgencySettingsView):
    """Everything that a portal administrator sets."""

    version: int = Field(description="The version of these settings, also in the ETag.")
    messaging_enabled: bool = Field(description="Whether patients can write at all.")
    by_site: bool = Field(description="Whether sites may have topics of their own.")
    care_team_fallback: bool = Field(description="Whether a topic without recipients goes to the patient's care team.")
    disclaimer: str = Field(description="What patients read above the form.")
    catch_all: list[str] = Field(description="The ids of the staff who get messages that nobody else would get.")
    practice: TopicSetView = Field(description="The practice's own topics.")
    sites: dict[str, TopicSetView] = Field(description="By site id, the topics of sites that have their own.")
    hours: HoursView = Field(description="Opening hours.")
    answer_within: int = Field(
        description="Minutes of opening time within which messages are usually answered; 0: patients aren't told a "
        "time."
    )
    phone: str = Field(description="The number that patients may call.")
    portal_url: str = Field(
        description="The address of the practice's own portal, which emails to patients link to; empty: none."
    )
    email_name: str = Field(description="The practice's name in emails to patients; empty: emails don't name it.")
    ladder: list[LadderStepView] = Field(
        description="What happens to messages that nobody opens or answers; empty: nothing."
    )

    @classmethod
    def of(cls, messaging: MessagingSettings) -> Self:
        """Show settings."""
        return cls.model_validate(render_messaging(messaging))


class SettingsWarningView(View):
    """A warning about the saved settings."""

    code: WarningCode = Field(description="The kind of warning.")
    field: str = Field(description="The field that it is about, as a dotted path.")
    message: str = Field(description="The warning, in words.")


class SavedMessagingView(MessagingView):
    """Settings that were saved, and what saving them did."""

    changes: list[str] = Field(description="What changed, in words.")
    warnings: list[SettingsWarningView] = Field(description="Warnings about these settings.")
    gaps: list[GapView] = Field(description="The gaps that the change opens.")

    @classmethod
    def of_saved(cls, saved: SavedSettings) -> "SavedMessagingView":
        """Show settings that were saved."""
        warnings = [SettingsWarningView.model_validate(warning) for warning in saved.warnings]
        done = {"changes": list(saved.changes), "warnings": warnings, "gaps": show_gaps(saved.gaps)}
        return cls.model_validate({**render_messaging(saved.messaging), **done})


class ActorView(View):
    """Who did something."""

    kind: ActorKind = Field(description="A key, a member of staff, an operator or the command line.")
    id: str = Field(description="Their id.")


class VersionView(View):
    """A saved version of the settings."""

    version: int = Field(description="Its number.")
    at: UtcTime = Field(description="When it was saved.")
    by: ActorView = Field(validation_alias="actor", description="Who saved it.")
    changes: list[str] = Field(description="What changed, in words.")


class VersionPageView(View):
    """A page of versions, newest first."""

    items: list[VersionView] = Field(description="The versions of this page.")
    next: NextCursor


class WholeVersionView(VersionView):
    """A saved version with its settings."""

    messaging: MessagingView = Field(description="The settings of this version.")

    @classmethod
    def of(cls, version: SettingsVersion, messaging: MessagingSettings) -> "WholeVersionView":
        """Show a version with its settings."""
        by = ActorView.model_validate(version.actor)
        shown = MessagingView.of(messaging)
        return cls(version=version.version, at=version.at, by=by, changes=list(version.changes), messaging=shown)


class GapPageView(View):
    """All gaps; there is no further page."""

    items: list[GapView] = Field(description="The gaps.")
    vacancies: list[VacancyView] = Field(description="The duties that nobody present has.")
    next: None = Field(description="Always null.")


class FormRefusalView(View):
    """Why the form would refuse a message."""

    reason: str = Field(description="The reason, as a fixed code.")
    field: str = Field(description="The field that is wrong.")
    message: str = Field(description="What is wrong with it, in words.")

    @classmethod
    def of(cls, refusal: FormRefused) -> "FormRefusalView":
        """Show a refusal."""
        wrong = refusal.errors[0]
        return cls(reason=refusal.reason, field=wrong.field, message=wrong.message)


class PreviewView(View):
    """What the patient would see, and who would get it."""

    draft: bool = Field(description="Whether settings were tried that are not saved.")
    form: ComposeFormView = Field(description="The compose form that the patient would see.")
    to: str | None = Field(description="What the patient would see in To:; null if the form would refuse the message.")
    refusal: FormRefusalView | None = Field(description="Why the form would refuse the message; null if it wouldn't.")
    resolution: ResolutionView = Field(
        description="Who would get it and why. `settings_version` is the version that a draft would replace."
    )
