"""Writing as a patient: what they would see and who would get it, as saved and as being edited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.http.flows import Flows
from adapters.http.ids import practice_id
from adapters.http.pages.admin.messaging_draft import SettingsDraft
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.typed import typed_line
from router.access.sessions import StaffSession
from router.errors import Invalid, NotFound
from router.flows.administrator.preview import Preview, PreviewRequest, PreviewResult
from router.messages.compose import REASONS_IN_WORDS, ChooseTo, FixedTo
from router.messages.explanation import step_in_words
from router.messaging.settings import MessagingSettings
from router.messaging.snapshot import PracticeSnapshot
from router.practice.people import Patient
from router.practice.topics import Topic

PATIENT = "try.patient"
# Each of them is asked about on its own.
MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class TrialResult:
    """Who gets it, step by step; `chosen` names whom the patient chose, where they must choose."""

    chosen: str
    recipients: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialView:
    """What the patient sees under some settings, and what becomes of what they write."""

    title: str
    closed: str
    refusal: str
    topics: tuple[tuple[str, str], ...]
    answers: tuple[TrialResult, ...]


@dataclass(frozen=True, slots=True)
class TrialInput:
    """What was asked: `draft` None means the settings that are saved."""

    preview: Preview
    person: StaffSession
    patient: str
    topic: Topic
    site: str | None
    draft: MessagingSettings | None

    def see(self, to: str | None = None) -> PreviewResult:
        """What becomes of it when the patient chooses this person. Raises NotFound and Invalid."""
        request = PreviewRequest(self.patient, self.topic, self.site, to, draft=self.draft)
        return self.preview.preview(self.person.practice.id, request, self.person.actor)


def try_out(
    form: Posted, draft: SettingsDraft, snapshot: PracticeSnapshot, flows: Flows, person: StaffSession
) -> dict[str, Any]:
    """Ask for the saved settings and, where they differ, for those being edited; values for the template.

    A patient may be named by a part of their name; of several who are meant, `do` names the one who was chosen.
    """
    chosen = form.get("do", "").partition(":")[2]
    typed = chosen or typed_line(form, PATIENT)
    topic = Topic(form.get("try.topic", "")) if form.get("try.topic") in set(Topic) else Topic.MEDICAL
    site = practice_id(form.get("try.site", "")) or None
    patient = flows.reports.patient(person.practice.id, practice_id(typed))
    shown = {"patient": typed, "topic": topic.value, "site": site or ""}
    asked = TrialInput(flows.preview, person, patient, topic, site, None)
    try:
        return {"tried": (shown, _trials(asked, draft, snapshot))}
    except Invalid as refused:
        return {"elsewhere": [error.message for error in refused.errors], "tried": (shown, [])}
    except NotFound:
        meant = _meant(flows, person, typed)
    if len(meant) == 1:
        trials = _trials(replace(asked, patient=meant[0].id), draft, snapshot)
        return {"tried": ({**shown, "patient": meant[0].id}, trials)}
    words = "Several patients match: choose one." if meant else "No patient has this name, record number or id."
    return {"errors": {PATIENT: words}, "tried": (shown, []), "meant": meant}


def _meant(flows: Flows, person: StaffSession, typed: str) -> Sequence[Patient]:
    """The patients whom the words may mean; the audit records who was shown."""
    try:
        return flows.patients.search(person.practice.id, typed, person.actor, limit=MOST_CHOICES).patients
    except Invalid:
        return ()


def _trials(asked: TrialInput, draft: SettingsDraft, snapshot: PracticeSnapshot) -> list[TrialView]:
    trials = [_trial("As saved now", asked)]
    if draft.messaging != snapshot.messaging:
        trials.append(_trial("With your changes", replace(asked, draft=draft.messaging)))
    return trials


def _trial(title: str, asked: TrialInput) -> TrialView:
    seen = asked.see()
    form = seen.form
    offered = form.offered(asked.topic)
    closed = form.words or (REASONS_IN_WORDS[form.reason] if form.reason else "")
    answers, refusal = [_answer(seen, "")], ""
    if offered is None:
        answers, refusal = [], "" if closed else f"{asked.topic.label} is off, so it is not offered to the patient."
    elif isinstance(offered.to, ChooseTo):
        answers = [_answer(asked.see(option.id), option.name) for option in offered.to.options[:MOST_CHOICES]]
    topics = tuple((topic.topic.label, _to(topic.to)) for topic in form.topics)
    return TrialView(title, closed, refusal, topics, tuple(answers))


def _answer(seen: PreviewResult, chosen: str) -> TrialResult:
    recipients = tuple(seen.names.get(recipient.staff, recipient.staff) for recipient in seen.resolution.recipients)
    return TrialResult(chosen, recipients, tuple(step_in_words(step, seen.names) for step in seen.resolution.trace))


def _to(to: FixedTo | ChooseTo) -> str:
    if isinstance(to, FixedTo):
        return to.display_name
    return "a choice of " + ", ".join(f"{option.name} ({option.role})" for option in to.options)
