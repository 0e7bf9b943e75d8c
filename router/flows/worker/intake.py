"""Accepting what frontends enqueue on the broker: stored as a message or in the quarantine, then acknowledged."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from router.access.keys import Caller
from router.actors import Scope
from router.errors import Refusal, Unauthenticated
from router.messages.message import AnyDraft
from router.operations.quarantine import IntakeMessage, NewQuarantined
from router.ports.flows import AcceptFlow, KeyFlow
from router.ports.services import Ids
from router.ports.unit_of_work import Database

# What can't be an API key at all is not looked up.
API_KEY = re.compile(r"[A-Za-z0-9_-]{1,200}")

Read = Callable[[object], AnyDraft]


@dataclass(frozen=True, slots=True)
class IntakeOutcome:
    """The result of a batch: how many were stored as messages, and what is new in the quarantine."""

    accepted: int
    kept: tuple[tuple[UUID, NewQuarantined], ...]


@dataclass(frozen=True, slots=True)
class AcceptIntake:
    """Processes batches from the intake queue. `read` turns an object into a draft and raises Invalid with its fields.

    Repeating a batch changes nothing: messages are recognized by idempotency keys, quarantined items by digests.
    """

    database: Database
    keys: KeyFlow
    accept: AcceptFlow
    ids: Ids
    read: Read

    def take(self, arrived: Sequence[IntakeMessage]) -> IntakeOutcome:
        """Store each of them, as a message or in the quarantine; when this returns, all of that is committed.

        Raises UnavailableError or UnknownOutcomeError when the database is lost: the batch is taken again later.
        """
        keys: dict[str, Caller | Refusal] = {}
        groups: dict[Caller, list[tuple[IntakeMessage, AnyDraft]]] = {}
        kept: list[NewQuarantined] = []
        for message in arrived:
            if message.unreadable is not None:
                kept.append(NewQuarantined(message, None, message.unreadable.value))
                continue
            caller = self._caller(message, keys)
            if isinstance(caller, Refusal):
                kept.append(_refused(message, self._practice(message), caller))
                continue
            draft = self._draft(message)
            if isinstance(draft, Refusal):
                kept.append(_refused(message, caller.practice, draft))
                continue
            groups.setdefault(caller, []).append((message, draft))
        accepted = 0
        for caller, members in groups.items():
            drafts = [draft for _, draft in members]
            answers = self.accept.accept(caller.practice, drafts, caller.actor)
            for (message, _), answer in zip(members, answers, strict=True):
                if isinstance(answer, Refusal):
                    kept.append(_refused(message, caller.practice, answer))
                else:
                    accepted += 1
        return IntakeOutcome(accepted, self._keep(kept))

    def _caller(self, arrived: IntakeMessage, keys: dict[str, Caller | Refusal]) -> Caller | Refusal:
        """The caller whose key came with it; each key is looked up once per batch."""
        presented = (arrived.value or {}).get("key")
        if not isinstance(presented, str) or not API_KEY.fullmatch(presented):
            return Unauthenticated.at("key", "is not a key")
        if presented not in keys:
            try:
                keys[presented] = self.keys.check(presented, Scope.PORTAL)
            except Refusal as refusal:
                keys[presented] = type(refusal).at("key", refusal.detail)
        return keys[presented]

    def _practice(self, arrived: IntakeMessage) -> str | None:
        presented = (arrived.value or {}).get("key")
        if not isinstance(presented, str) or not API_KEY.fullmatch(presented):
            return None
        return self.keys.practice_of(presented)

    def _draft(self, arrived: IntakeMessage) -> AnyDraft | Refusal:
        try:
            return self.read({name: value for name, value in (arrived.value or {}).items() if name != "key"})
        except Refusal as refusal:
            return refusal

    def _keep(self, kept: list[NewQuarantined]) -> tuple[tuple[UUID, NewQuarantined], ...]:
        if not kept:
            return ()
        items = [(self.ids.new(), item) for item in kept]
        with self.database.begin() as work:
            new = set(work.quarantine.add(items))
            work.commit()
        return tuple(item for item in items if item[0] in new)


def _refused(arrived: IntakeMessage, practice: str | None, refusal: Refusal) -> NewQuarantined:
    return NewQuarantined(arrived, practice, refusal.slug, tuple(error.field for error in refusal.errors))
