"""Taking in what frontends enqueue on the broker: stored, as a message or in the quarantine, then acknowledged."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from router.access.keys import Caller
from router.actors import Scope
from router.errors import Defective, Refusal, Unauthenticated, UnavailableError, UnknownOutcomeError
from router.flows.access.keys import Authenticate
from router.flows.patient.accept import Accept
from router.messages.acceptance import Receipt
from router.messages.message import AnyDraft
from router.operations.quarantine import IntakeMessage, NewQuarantined
from router.ports.services import Ids
from router.ports.unit_of_work import Database

# What can't be a key at all is not looked up.
IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_-]{1,200}")

Read = Callable[[object], AnyDraft]


@dataclass(frozen=True, slots=True)
class IntakeOutcome:
    """What became of a batch: how many are stored as messages, and what is new in the quarantine."""

    accepted: int
    kept: tuple[tuple[UUID, NewQuarantined], ...]


@dataclass(frozen=True, slots=True)
class AcceptIntake:
    """Takes batches off the intake queue. `read` makes a draft of an object and raises Invalid with its fields.

    Repeating a batch changes nothing: messages are known by their idempotency keys, and what is kept by its digest.
    """

    database: Database
    authenticate: Authenticate
    accept: Accept
    ids: Ids
    read: Read

    def take(self, arrived: Sequence[IntakeMessage]) -> IntakeOutcome:
        """Store each of them, as a message or in the quarantine; when this returns, all of that is committed.

        Raises UnavailableError or UnknownOutcomeError when the database is lost: the batch is taken again later.
        """
        keys: dict[str, Caller | Refusal] = {}
        groups: dict[Caller, list[tuple[IntakeMessage, AnyDraft]]] = {}
        kept: list[NewQuarantined] = []
        for one in arrived:
            if one.unreadable is not None:
                kept.append(NewQuarantined(one, None, one.unreadable.value))
                continue
            caller = self._caller(one, keys)
            if isinstance(caller, Refusal):
                kept.append(_refused(one, self._practice(one), caller))
                continue
            draft = self._draft(one)
            if isinstance(draft, Refusal):
                kept.append(_refused(one, caller.practice, draft))
                continue
            groups.setdefault(caller, []).append((one, draft))
        accepted = 0
        for caller, members in groups.items():
            for (one, _), answer in zip(members, self._accept(caller, [draft for _, draft in members]), strict=True):
                if isinstance(answer, Refusal):
                    kept.append(_refused(one, caller.practice, answer))
                else:
                    accepted += 1
        return IntakeOutcome(accepted, self._keep(kept))

    def _caller(self, one: IntakeMessage, keys: dict[str, Caller | Refusal]) -> Caller | Refusal:
        """Whose key came with it; a key is looked up once for each batch."""
        presented = (one.value or {}).get("key")
        if not isinstance(presented, str) or not IDEMPOTENCY_KEY.fullmatch(presented):
            return Unauthenticated.at("key", "is not a key")
        if presented not in keys:
            try:
                keys[presented] = self.authenticate.check(presented, Scope.PORTAL)
            except Refusal as refusal:
                keys[presented] = type(refusal).at("key", refusal.detail)
        return keys[presented]

    def _practice(self, one: IntakeMessage) -> str | None:
        presented = (one.value or {}).get("key")
        if not isinstance(presented, str) or not IDEMPOTENCY_KEY.fullmatch(presented):
            return None
        return self.authenticate.practice_of(presented)

    def _draft(self, one: IntakeMessage) -> AnyDraft | Refusal:
        try:
            return self.read({name: value for name, value in (one.value or {}).items() if name != "key"})
        except Refusal as refusal:
            return refusal

    def _accept(self, caller: Caller, drafts: list[AnyDraft]) -> Sequence[Receipt | Refusal]:
        try:
            return self.accept.accept(caller.practice, drafts, caller.actor)
        except Refusal as refusal:
            # The key was revoked since it was looked up.
            return [refusal] * len(drafts)
        except (UnavailableError, UnknownOutcomeError):
            raise
        except Exception:  # noqa: BLE001 - what meets a defect is kept in sight and holds up no other.
            if len(drafts) == 1:
                return [Defective("The message could not be handled.")]
            return [answer for draft in drafts for answer in self._accept(caller, [draft])]

    def _keep(self, kept: list[NewQuarantined]) -> tuple[tuple[UUID, NewQuarantined], ...]:
        if not kept:
            return ()
        items = [(self.ids.new(), one) for one in kept]
        with self.database.begin() as work:
            new = set(work.quarantine.add(items))
            work.commit()
        return tuple(one for one in items if one[0] in new)


def _refused(one: IntakeMessage, practice: str | None, refusal: Refusal) -> NewQuarantined:
    return NewQuarantined(one, practice, refusal.slug, tuple(error.field for error in refusal.errors))
