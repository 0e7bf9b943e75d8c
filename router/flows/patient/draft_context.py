"""What accepting reads within one transaction: the practice, the patients, and the conversations they reply in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self
from uuid import UUID

from router.coverage.answer_by import AnswerTimes
from router.errors import NotFound
from router.flows.patient.urgency import assess
from router.flows.practice import find_people, read_snapshot
from router.messages.acceptance import NewMessage
from router.messages.compose import ComposeForm, closed_for_today, compose_form
from router.messages.conversation import (
    CannotReply,
    Conversation,
    ConversationSize,
    cannot_reply,
    cannot_reply_in,
)
from router.messages.message import AnyDraft, ReplyDraft
from router.messaging.snapshot import PracticeSnapshot
from router.ports.services import TimeZones
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import AuthorizedUser, Patient, Practice

A_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What the drafts of one transaction are checked against."""

    snapshot: PracticeSnapshot
    patients: dict[str, Patient]
    threads: dict[UUID, Conversation]
    # How many conversations were started for each patient within 24 hours, where the practice limits them.
    started: Counter[str]
    # How much was written in each of the conversations, with what this transaction adds.
    sizes: dict[UUID, ConversationSize]
    times: AnswerTimes

    @classmethod
    def read(
        cls,
        work: UnitOfWork,
        practice: Practice,
        zones: TimeZones,
        patients: Sequence[str],
        threads: Sequence[UUID] = (),
    ) -> Self:
        """Read it for these patients and these conversations."""
        snapshot = read_snapshot(work, practice)
        found = work.conversations.get(practice.id, threads) if threads else {}
        sizes = work.conversations.sizes(practice.id, found) if found else {}
        limited = snapshot.messaging.daily_conversations > 0
        started = work.conversations.started(practice.id, patients, A_DAY) if limited else {}
        known = work.roster.recent_patients(practice, patients)
        return cls(snapshot, known, found, Counter(started), sizes, AnswerTimes(snapshot, zones.get))

    def form(self, patient: Patient, actor: AuthorizedUser | None, site: str | None) -> ComposeForm:
        """The compose form, which is closed if the patient has reached the daily limit of conversations."""
        form, limit = compose_form(patient, actor, site, self.snapshot), self.snapshot.messaging.daily_conversations
        return closed_for_today(form) if limit and self.started[patient.id] >= limit else form

    def with_urgency(self, message: NewMessage, draft: AnyDraft) -> NewMessage:
        """The message with the reason why it is urgent, and with what its writer is told."""
        urgency, accepted_with = assess(draft, self.snapshot.messaging)
        if accepted_with is None:
            return message
        return replace(message, urgency=urgency, accepted_with=accepted_with)

    def thread(self, draft: ReplyDraft) -> Conversation:
        """The conversation to reply in, which must be this patient's."""
        found = self.threads.get(draft.conversation)
        if found is None or found.patient != draft.patient:
            raise NotFound.at("conversation", "is not known")
        return found

    def cannot_reply(self, thread: Conversation, patient: Patient, actor: AuthorizedUser | None) -> CannotReply | None:
        """Why this actor can't reply in a conversation, or None if they can."""
        general = cannot_reply(patient, actor, self.snapshot.messaging, self.snapshot.staffing)
        return general or cannot_reply_in(self.sizes[thread.id])

    def count(self, thread: Conversation, body: str) -> None:
        """Count another message in a conversation, for those of the same transaction that come after it."""
        self.sizes[thread.id] = self.sizes[thread.id].and_one_of(len(body))

    def people(self, patient: str, user: str | None, *, field: str) -> tuple[Patient, AuthorizedUser | None]:
        """See find_people."""
        return find_people(self.patients, patient, user, field=field)
