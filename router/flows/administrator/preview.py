"""Previews: the gaps in the settings, and what would happen to a message. Only audit rows are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage import hours_rules
from router.coverage.answer_by import AnswerTimes
from router.coverage.gaps import Gap, gaps
from router.errors import FieldError, Invalid
from router.flows.practice import find_people, known_practice, read_snapshot
from router.messages.cascade import Question, Resolution, resolve
from router.messages.compose import ComposeForm, FormRefused, check, compose_form
from router.messaging import rules
from router.messaging.partial import PartialSettings
from router.messaging.proposal import Proposal
from router.messaging.settings import MessagingSettings
from router.messaging.snapshot import PracticeSnapshot
from router.messaging.vacancies import Vacancy, vacancies
from router.ports.services import TimeZones
from router.ports.unit_of_work import Database
from router.practice.people import Patient
from router.practice.topics import Topic

# Where a draft stands in what is asked.
DRAFT = "messaging"


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """An imaginary message.

    None stands for the home site (`site`), now (`at`), the saved settings (`draft`) and the patient (`actor`).
    """

    patient: str
    topic: Topic
    site: str | None = None
    to: str | None = None
    at: datetime | None = None
    draft: MessagingSettings | PartialSettings | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """What a patient would see and who would get their message.

    `to` is the text that the patient would see; None if the form would refuse the message, for the reason in `refusal`.
    In that case `resolution` is the one that the message would otherwise have had. With a draft, it names the version
    that the draft would replace.
    """

    form: ComposeForm
    to: str | None
    refusal: FormRefused | None
    resolution: Resolution
    drafted: bool
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a portal administrator can check before patients are affected."""

    database: Database
    zones: TimeZones

    def gaps(self, practice: str, by: Actor) -> list[Gap]:
        """Every place and topic whose messages would now be owned by the catch-all, by one person or by nobody."""
        with self.database.begin() as work:
            snapshot = read_snapshot(work, known_practice(work, practice))
            found = gaps(snapshot, work.coverage.count_patients(snapshot))
            version = snapshot.messaging.version
            work.audit.add([AuditEntry(practice, by, Action.GAPS_READ, str(version))])
            work.commit()
        return found

    def vacancies(self, practice: str) -> tuple[Vacancy, ...]:
        """Every duty that nobody present has now. Raises NotFound."""
        with self.database.look() as work:
            snapshot = read_snapshot(work, known_practice(work, practice))
        return vacancies(snapshot.messaging, snapshot.staffing, snapshot.at)

    def preview(self, practice: str, request: PreviewRequest, by: Actor) -> PreviewResult:
        """The compose form and the resolution of the imaginary message.

        Raises NotFound for an unknown patient or authorized user, and Invalid when the draft could not be saved.
        """
        with self.database.begin() as work:
            tenant = known_practice(work, practice)
            charts = work.roster.patients(practice, [request.patient])
            patient, user = find_people(charts, request.patient, request.actor, field="actor")
            snapshot = read_snapshot(work, tenant, request.at)
            if request.draft is not None:
                snapshot = under_draft(request.draft, snapshot, self.zones)
            form = AnswerTimes(snapshot, self.zones.get).on(compose_form(patient, user, request.site, snapshot))
            shown, refusal = _fits(form, request)
            resolution = _resolved(patient, form.site, request, snapshot)
            names = {member.id: member.name for member in snapshot.staffing.members.values()}
            details = {"topic": request.topic.value, "draft": request.draft is not None}
            work.audit.add([AuditEntry(practice, by, Action.PREVIEWED, request.patient, details)])
            work.commit()
        return PreviewResult(form, shown, refusal, resolution, request.draft is not None, names)


def under_draft(
    proposed: MessagingSettings | PartialSettings, snapshot: PracticeSnapshot, zones: TimeZones
) -> PracticeSnapshot:
    """The practice as it would be with the draft saved. Raises Invalid with the fields, as saving would."""
    current = snapshot.messaging
    draft = proposed.over(current)
    wrong = rules.check(Proposal(current, draft, snapshot.staffing, snapshot.sites))
    if draft.hours != current.hours and not any(error.field.startswith("hours.") for error in wrong):
        wrong += hours_rules.check(snapshot.practice, draft, zones, snapshot.at)
    if wrong:
        errors = [FieldError(f"{DRAFT}.{error.field}", error.message) for error in wrong]
        raise Invalid("The settings to try are not valid.", errors)
    return replace(snapshot, messaging=replace(draft, version=current.version))


def _resolved(patient: Patient, site: str | None, request: PreviewRequest, snapshot: PracticeSnapshot) -> Resolution:
    """Who would get it at the form's site, which is the home site if the requested one isn't the patient's."""
    team = tuple(member.staff for member in patient.care_team)
    question = Question(request.topic, site, chosen=request.to, care_team=team)
    return resolve(question, snapshot.messaging, snapshot.staffing, snapshot.at)


def _fits(form: ComposeForm, request: PreviewRequest) -> tuple[str | None, FormRefused | None]:
    try:
        return check(form, request.topic, request.site, request.to), None
    except FormRefused as refusal:
        # It is an answer here; what it was raised through must not be kept with it.
        return None, refusal.with_traceback(None)
