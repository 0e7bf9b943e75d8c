"""The advice that somebody gets before they send what they have written. Nothing is stored."""

from dataclasses import dataclass

from router.errors import NotFound
from router.flows.patient.urgency import flagged
from router.flows.practice import find_people, known_practice
from router.messages.conversation import may_read
from router.messages.message import AnyDraft, ReplyDraft
from router.messaging.red_flags import Advice
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class GiveAdvice:
    """Looks for the practice's red flags in what is being written."""

    database: Database

    def advice(self, practice: str, draft: AnyDraft) -> Advice | None:
        """The advice for these words; None for none. The draft's key doesn't matter.

        Raises NotFound for an unknown patient, authorized user or conversation.
        """
        with self.database.look() as work:
            tenant = known_practice(work, practice)
            charts = work.roster.patients(practice, [draft.patient])
            _, sender = find_people(charts, draft.patient, draft.sender, field="sender")
            if isinstance(draft, ReplyDraft):
                thread = work.conversations.get(practice, [draft.conversation]).get(draft.conversation)
                if thread is None or thread.patient != draft.patient or not may_read(thread, sender):
                    raise NotFound.at("conversation", "is not known")
            messaging = work.messaging.current(tenant)
        # No connection to the database is held for as long as it takes to look through a text.
        found = flagged(draft, messaging)
        return found.advice if found is not None else None
