"""Trying things out: the gaps in the settings, and what would become of a message. Stores its audit rows alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from router import distribution_rules
from router.actors import Actor
from router.audit import Action, AuditEntry
from router.cascade import Question, Resolution, resolve
from router.compose import ComposeForm, Practicalities, check, compose_form
from router.distribution import Distribution
from router.errors import FieldError, FormRefused, Invalid, NotFound
from router.flows.desk import find_people
from router.gaps import Gap, gaps
from router.people import AuthorizedUser, Patient, Practice
from router.ports import Database, UnitOfWork
from router.topics import Topic

# Where a draft stands in what is asked.
DRAFT = "messaging"


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a patient would see and who would get what they wrote.

    `to` is the text that the patient would see; None where the form would refuse the message, and `refusal` says why.
    `resolution` is then the one that the message would have had. A draft's has the version that it would replace.
    """

    form: ComposeForm
    to: str | None
    refusal: FormRefused | None
    resolution: Resolution
    drafted: bool
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a portal administrator asks before patients find out."""

    database: Database

    def gaps(self, practice: str, by: Actor) -> list[Gap]:
        """Every place and topic that the catch-all, one person alone or nobody would own now."""
        with self.database.begin() as work:
            situation = _situation(work, _tenant(work, practice), None)
            found = gaps(situation, work.rosters.whole(practice).patients.values())
            version = situation.distribution.version
            work.audit.add([AuditEntry(practice, by, Action.GAPS_READ, str(version))])
            work.commit()
        return found

    def preview(  # noqa: PLR0913, PLR0917 - these are the parameters of the call.
        self,
        practice: str,
        patient: str,
        topic: Topic,
        site: str | None,
        to: str | None,
        at: datetime | None,
        draft: Distribution | None,
        actor: str | None,
        by: Actor,
    ) -> Previewed:
        """Tell the form and the resolution for this moment (None: now), under a draft or what is saved.

        Raises NotFound for an unknown patient or authorized user, and Invalid when the draft could not be saved.
        """
        with self.database.begin() as work:
            tenant = _tenant(work, practice)
            known, user = _people(work, practice, patient, actor)
            situation = _situation(work, tenant, at)
            if draft is not None:
                situation = _under(draft, situation)
            form = compose_form(known, user, site, situation)
            shown, refusal = _fits(form, topic, site, to)
            resolution = _resolved(known, topic, form.site, to, situation)
            names = {one.id: one.name for one in situation.staffing.members.values()}
            details = {"topic": topic.value, "draft": draft is not None}
            work.audit.add([AuditEntry(practice, by, Action.PREVIEWED, patient, details)])
            work.commit()
        return Previewed(form, shown, refusal, resolution, draft is not None, names)


def _tenant(work: UnitOfWork, practice: str) -> Practice:
    tenant = work.practices.get(practice)
    if tenant is None:
        raise NotFound.at("practice", "is not known")
    return tenant


def _people(work: UnitOfWork, practice: str, patient: str, actor: str | None) -> tuple[Patient, AuthorizedUser | None]:
    return find_people(work.rosters.patients(practice, [patient]), patient, actor, field="actor")


def _situation(work: UnitOfWork, tenant: Practice, at: datetime | None) -> Practicalities:
    current, staffing = work.distributions.current(tenant), work.rosters.staffing(tenant)
    return Practicalities(current, staffing, work.rosters.sites(tenant), work.now if at is None else at)


def _under(draft: Distribution, situation: Practicalities) -> Practicalities:
    """The same practice as if the draft were saved. Raises Invalid with the fields, as saving it would."""
    current = situation.distribution
    proposal = distribution_rules.Proposal(current, draft, situation.staffing, situation.sites)
    errors = [FieldError(f"{DRAFT}.{one.field}", one.message) for one in distribution_rules.check(proposal)]
    if errors:
        raise Invalid("The settings can't be tried, because they can't be saved as they are.", errors)
    return replace(situation, distribution=replace(draft, version=current.version))


def _resolved(
    patient: Patient, topic: Topic, site: str | None, to: str | None, situation: Practicalities
) -> Resolution:
    """Who would get it at the site that the form is for, which is the home site where another's was asked for."""
    question = Question(topic, site, chosen=to, care_team=tuple(one.staff for one in patient.care_team))
    return resolve(question, situation.distribution, situation.staffing, situation.at)


def _fits(form: ComposeForm, topic: Topic, site: str | None, to: str | None) -> tuple[str | None, FormRefused | None]:
    try:
        return check(form, topic, site, to), None
    except FormRefused as refusal:
        # It is an answer here; what it was raised through must not be kept with it.
        return None, refusal.with_traceback(None)
