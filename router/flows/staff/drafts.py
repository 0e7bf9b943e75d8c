"""Drafts: what staff have begun to write, kept for its author alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from router.audit import Action
from router.errors import Invalid, NotFound
from router.flows.staff.own_delivery import audited, own_delivery
from router.messages.drafts import DraftKind, SavedDraft, StaffDraft, problem_with_draft
from router.messages.inbox import DeliveryRef
from router.ports.drafts import StaffDrafts
from router.ports.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class KeepDrafts:
    """Keeps the drafts of the person whose delivery it is, whatever its state.

    Saving writes no audit row: it happens every few seconds and shows nothing to anybody else.
    """

    database: Database

    def put(self, ref: DeliveryRef, draft: StaffDraft) -> SavedDraft | None:
        """Save the text and return what is stored now. An empty text erases the draft and returns None.

        What the same person has saved on another page meanwhile, which this page hasn't shown, is kept as the other
        text. Also returns None for a text that has already been sent with its key. Raises NotFound and Invalid.
        """
        wrong = problem_with_draft(draft)
        if wrong:
            raise Invalid.at("body", wrong)
        with self.database.begin() as work:
            own_delivery(work, ref)
            if _was_sent(work, ref.practice, draft):
                return None
            saved = work.drafts.put(ref.practice, ref.delivery, draft)
            work.commit()
        return saved

    def get(self, ref: DeliveryRef, kind: DraftKind = DraftKind.REPLY) -> SavedDraft:
        """The draft. Raises NotFound if there is none, or the delivery isn't this person's."""
        with self.database.begin() as work:
            own_delivery(work, ref)
            found = work.drafts.of(ref.practice, ref.delivery).get(kind)
            if found is None:
                raise NotFound("There is no draft for this delivery.")
            work.audit.add([audited(ref, Action.DRAFT_READ)])
            work.commit()
        return found

    def erase(self, ref: DeliveryRef, kind: DraftKind = DraftKind.REPLY) -> None:
        """Erase the draft and its other text, if there is one. Raises NotFound if the delivery isn't this person's."""
        with self._changing(ref) as drafts:
            drafts.erase(ref.practice, ref.delivery, kind)

    def discard(self, ref: DeliveryRef, kind: DraftKind) -> None:
        """Erase the draft; if there is another text, that is the draft then. Raises NotFound as `erase` does."""
        with self._changing(ref) as drafts:
            drafts.discard(ref.practice, ref.delivery, kind)

    def swap(self, ref: DeliveryRef, kind: DraftKind) -> None:
        """Make the other text the draft, and the draft the other text. Raises NotFound as `erase` does."""
        with self._changing(ref) as drafts:
            drafts.swap(ref.practice, ref.delivery, kind)

    def erase_other(self, ref: DeliveryRef, kind: DraftKind) -> None:
        """Erase the other text alone. Raises NotFound as `erase` does."""
        with self._changing(ref) as drafts:
            drafts.erase_other(ref.practice, ref.delivery, kind)

    @contextmanager
    def _changing(self, ref: DeliveryRef) -> Iterator[StaffDrafts]:
        with self.database.begin() as work:
            own_delivery(work, ref)
            yield work.drafts
            work.commit()


def _was_sent(work: UnitOfWork, practice: str, draft: StaffDraft) -> bool:
    """Whether the text was sent before this save arrived."""
    key = draft.idempotency_key
    if key is None:
        return False
    sent = {
        DraftKind.REPLY: work.replies.replied,
        DraftKind.NOTE: work.replies.handed_over,
        DraftKind.COLLEAGUES: work.notes.noted,
    }
    return sent[draft.kind](practice, key) is not None
