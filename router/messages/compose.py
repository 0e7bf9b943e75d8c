"""The compose form: what one patient may write now, and checking what was sent against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from router.errors import FieldError, Refusal
from router.messages.care_team_options import Option, options
from router.messages.cascade import Question
from router.messages.on_call import is_restricted, present_on_call
from router.messages.readers import MessageReader, others, readers
from router.messaging.settings import MessagingSettings, TopicSettings
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import Staffing
from router.practice.people import AuthorizedUser, Patient, Permission, Site
from router.practice.topics import Topic


class Reason(StrEnum):
    """Why the form is not enabled."""

    MESSAGING_OFF = "messaging_off"
    PATIENT_INACTIVE = "patient_inactive"
    CHART_REPLACED = "chart_replaced"
    NOT_PERMITTED = "not_permitted"
    STOPPED = "stopped"
    NO_TOPICS = "no_topics"
    NOBODY_AVAILABLE = "nobody_available"
    DAILY_LIMIT = "daily_limit"


REASONS_IN_WORDS = {
    Reason.MESSAGING_OFF: "The practice isn't taking messages through the portal right now.",
    Reason.PATIENT_INACTIVE: "This chart is no longer in use, so you can't send messages from it.",
    Reason.CHART_REPLACED: "This chart was merged into another one. Write new messages there.",
    Reason.NOT_PERMITTED: "You don't have permission to write messages for this patient.",
    Reason.STOPPED: "You can't write to the practice through the portal right now. Please call the practice.",
    Reason.NO_TOPICS: "The practice has no topics to write about right now.",
    Reason.NOBODY_AVAILABLE: "Nobody at the practice can take messages right now. Please call the practice.",
    Reason.DAILY_LIMIT: (
        "You have sent as many new messages as the practice can take in one day. It will answer them. "
        "You can still reply in your conversations. If it can't wait until tomorrow, please call the practice."
    ),
}


@dataclass(frozen=True, slots=True)
class FixedTo:
    """To: is read-only and shows the display name."""

    display_name: str


@dataclass(frozen=True, slots=True)
class ChooseTo:
    """To: is a choice among the active care team."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class OfferedTopic:
    """A topic that is on, and its To:.

    `guidance` is one line for the patient, empty for none. `answer_by` is when a message written now is usually
    answered by; None if the patient isn't told a time. `on_call` says whether somebody gets what is urgent about it
    while the practice is closed, `on_call_in_private` whether that is so for a private message.
    """

    topic: Topic
    to: FixedTo | ChooseTo
    guidance: str = ""
    answer_by: datetime | None = None
    on_call: bool = False
    on_call_in_private: bool = False


@dataclass(frozen=True, slots=True)
class ComposeForm:
    """What this actor may write for this patient at this site, or why they can't.

    `open` says whether the practice is open there, `opens_at` when it will be; both are None if no hours are set.
    `phone` is the number that patients may call, empty for none. `time_zone` is that of the site, or the practice's;
    `at` is the moment that the form is for.
    """

    enabled: bool
    reason: Reason | None
    disclaimer: str
    site: str | None
    sites: tuple[Site, ...]
    readers: tuple[MessageReader, ...]
    topics: tuple[OfferedTopic, ...]
    open: bool | None = None
    opens_at: datetime | None = None
    phone: str = ""
    time_zone: str = "UTC"
    at: datetime | None = None
    # Whether patients may say that something is urgent.
    may_say_urgent: bool = False
    # What the practice says to a patient whom it has stopped from writing.
    words: str | None = field(default=None, repr=False)

    @property
    def somebody_on_call(self) -> bool:
        """Whether somebody gets what is urgent while the practice is closed, whatever the topic, unless private."""
        return bool(self.topics) and all(one.on_call for one in self.topics)

    def offered(self, topic: Topic) -> OfferedTopic | None:
        """The topic as it is offered, if it is on."""
        return next((one for one in self.topics if one.topic is topic), None)


class FormRefused(Refusal):
    """The message doesn't fit the compose form; the current form is attached."""

    slug = "form-refused"
    title = "The message doesn't fit the compose form"

    def __init__(self, reason: str, field: str, message: str, form: ComposeForm) -> None:
        explains_itself = form.reason is not None and reason == form.reason.value
        super().__init__(message if explains_itself else f"{field}: {message}", [FieldError(field, message)])
        self.reason = reason
        self.form = form


def compose_form(
    patient: Patient, actor: AuthorizedUser | None, site: str | None, practice: PracticeSnapshot
) -> ComposeForm:
    """Make the form for the patient (`actor` None) or an authorized user.

    `site` names one of the patient's sites; None, or any other site, means the home site, or the practice's set for a
    patient without any.
    """
    attended = attended_sites(patient, practice.sites)
    ids = [one.id for one in attended]
    here = site if site in ids else next(iter(ids), None)
    settings = practice.messaging.in_force(here)
    topics = tuple(
        OfferedTopic(topic, _to(settings[topic], patient, practice), settings[topic].guidance)
        for topic in Topic
        if settings[topic].enabled
    )
    if present_on_call(practice.messaging, practice.staffing, practice.at):
        topics = tuple(_with_on_call(offered, here, practice.messaging) for offered in topics)
    reason = _reason(patient, actor, topics, practice)
    return ComposeForm(
        enabled=reason is None,
        reason=reason,
        disclaimer=practice.messaging.disclaimer,
        site=here,
        sites=attended,
        readers=readers(patient, actor) + _others(topics, actor, practice.messaging, here),
        topics=topics if reason is None else (),
        phone=practice.messaging.phone,
        time_zone=practice.messaging.hours.time_zone(here) or practice.practice.time_zone,
        at=practice.at,
        may_say_urgent=practice.messaging.patients_may_say_urgent,
        words=patient.stop.words if patient.stop is not None and reason is Reason.STOPPED else None,
    )


def _with_on_call(offered: OfferedTopic, site: str | None, messaging: MessagingSettings) -> OfferedTopic:
    """The topic where somebody is on call: they get what is urgent about it, unless it is restricted to others."""
    # Whoever is chosen, the answer is the same.
    chosen = offered.to.options[0].id if isinstance(offered.to, ChooseTo) else None
    question = Question(offered.topic, site, chosen=chosen)
    return replace(
        offered,
        on_call=not is_restricted(question, messaging, private=False),
        on_call_in_private=not is_restricted(question, messaging, private=True),
    )


def _others(
    topics: Sequence[OfferedTopic], actor: AuthorizedUser | None, messaging: MessagingSettings, site: str | None
) -> tuple[MessageReader, ...]:
    """Others at the practice who may get what is written to a provider of one's choice, or in private.

    The patient alone can write in private, about any topic.
    """
    return others(messaging, site, [one.topic for one in topics if actor is None or isinstance(one.to, ChooseTo)])


def closed_for_today(form: ComposeForm) -> ComposeForm:
    """The form of a patient who has started as many conversations as the practice takes within 24 hours."""
    return replace(form, enabled=False, reason=Reason.DAILY_LIMIT, topics=()) if form.enabled else form


def attended_sites(patient: Patient, sites: Mapping[str, Site]) -> tuple[Site, ...]:
    """The visible sites of the patient, the home site first."""
    ids = dict.fromkeys(([patient.home_site] if patient.home_site else []) + list(patient.sites))
    return tuple(sites[identifier] for identifier in ids if identifier in sites and not sites[identifier].hidden)


def _to(settings: TopicSettings, patient: Patient, practice: PracticeSnapshot) -> FixedTo | ChooseTo:
    if not settings.recipients:
        active = options(patient, practice.staffing, practice.at)
        if active:
            return ChooseTo(active)
    return FixedTo(settings.display_name)


def _reason(
    patient: Patient, actor: AuthorizedUser | None, topics: tuple[OfferedTopic, ...], practice: PracticeSnapshot
) -> Reason | None:
    """The first reason that applies, in order of how much it helps the reader."""
    caught = somebody_would_catch(patient, practice.messaging, practice.staffing)
    obstacles = (
        (not practice.messaging.messaging_enabled, Reason.MESSAGING_OFF),
        # Where to write now helps more than that the chart, which practices often close as well, is closed.
        (patient.replaced_by is not None, Reason.CHART_REPLACED),
        (not patient.active, Reason.PATIENT_INACTIVE),
        (actor is not None and Permission.WRITE not in actor.permissions, Reason.NOT_PERMITTED),
        (patient.stop is not None, Reason.STOPPED),
        (not topics, Reason.NO_TOPICS),
        (not caught, Reason.NOBODY_AVAILABLE),
    )
    return next((reason for holds, reason in obstacles if holds), None)


def somebody_would_catch(patient: Patient, messaging: MessagingSettings, staffing: Staffing) -> bool:
    """Whether the last steps of the cascade would find somebody for this patient."""
    last: Iterable[str] = (*messaging.catch_all, *(member.staff for member in patient.care_team))
    return bool(staffing.administrators()) or any(staffing.is_active(staff) for staff in last)


def check(form: ComposeForm, topic: Topic, site: str | None, to: str | None) -> str:
    """Check what was chosen against the form and return the text of To: that the patient saw.

    Raises FormRefused, naming the field, when it doesn't fit.
    """
    if site is not None and all(site != one.id for one in form.sites):
        raise FormRefused("site_not_attended", "site", "is not one of the patient's sites", form)
    if form.reason is not None:
        raise FormRefused(form.reason.value, "patient", REASONS_IN_WORDS[form.reason], form)
    offered = form.offered(topic)
    if offered is None:
        raise FormRefused("topic_off", "topic", "is not offered at this site", form)
    if isinstance(offered.to, FixedTo):
        if to is not None:
            raise FormRefused("no_choice", "to", "can't be chosen for this topic", form)
        return offered.to.display_name
    if to is None:
        raise FormRefused("choice_due", "to", "must be a member of the care team for this topic", form)
    chosen = next((option for option in offered.to.options if option.id == to), None)
    if chosen is None:
        raise FormRefused("not_offered", "to", "is not offered for this topic", form)
    return chosen.name
