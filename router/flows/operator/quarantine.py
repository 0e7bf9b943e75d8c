"""The quarantine: listing it, and requeueing its items."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import Conflict, NotFound, Refusal
from router.messages.acceptance import AcceptOutcome, Receipt
from router.messages.message import AnyDraft
from router.operations.quarantine import LARGEST_BYTES, Quarantined
from router.ports.flows import AcceptFlow
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class LookAfterQuarantine:
    """For operators, without texts. `read` turns a stored body into a draft and raises Invalid with its fields."""

    database: Database
    accept: AcceptFlow
    read: Callable[[bytes], AnyDraft]

    def items(self, practice: str | None, before: UUID | None, limit: int, *, done: bool = False) -> list[Quarantined]:
        """Quarantined items, newest first, older than the given one; `done` includes those accepted later."""
        with self.database.look() as work:
            return work.quarantine.items(practice, before, limit, done=done)

    def item(self, item: UUID) -> Quarantined:
        """One of them. Raises NotFound."""
        return self._found(item)[0]

    def requeue(self, item: UUID, by: Actor) -> Receipt:
        """Accept an item as if its sender had just sent it: its idempotency key applies.

        Raises NotFound, Conflict if it can never be accepted from here, and any Refusal that it meets again.
        """
        kept, body = self._found(item)
        if kept.done_at is not None:
            raise Conflict("It has already been accepted.")
        if kept.size > LARGEST_BYTES:
            raise Conflict("It is too large for a message. Its sender must shorten it.")
        if kept.practice is None:
            raise Conflict("It came without a valid key, so its practice is unknown. Its sender must send it again.")
        if body is None:
            raise Conflict("Its content is no longer stored, so it can't be accepted. Its sender must send it again.")
        answer = self._accept(kept.practice, body, by)
        with self.database.begin() as work:
            details: dict[str, str | int | bool | list[str]]
            if isinstance(answer, Refusal):
                action, details = Action.QUARANTINE_REFUSED, {"reason": answer.slug}
                work.quarantine.refuse(item, answer.slug, tuple(error.field for error in answer.errors))
            else:
                action, details = Action.QUARANTINE_REQUEUED, {"message": str(answer.id)}
                work.quarantine.finish(item, answer.id)
            work.audit.add([AuditEntry(kept.practice, by, action, str(item), details)])
            work.commit()
        if isinstance(answer, Refusal):
            raise answer
        return answer

    def _accept(self, practice: str, body: bytes, by: Actor) -> AcceptOutcome:
        try:
            draft = self.read(body)
        except Refusal as refusal:
            return refusal
        return self.accept.accept(practice, [draft], by)[0]

    def _found(self, item: UUID) -> tuple[Quarantined, bytes | None]:
        with self.database.look() as work:
            found = work.quarantine.get(item)
        if found is None:
            raise NotFound("Nothing with this id is in the quarantine.")
        return found
