"""Flows that are passed to other flows and adapters as ports."""

from collections.abc import Sequence
from typing import Protocol

from router.access.keys import Caller
from router.actors import Actor, Scope
from router.messages.acceptance import AcceptOutcome
from router.messages.message import AnyDraft


class AcceptFlow(Protocol):
    """Accepts messages; see router.flows.patient.accept."""

    def accept(self, practice: str, drafts: Sequence[AnyDraft], by: Actor) -> list[AcceptOutcome]:
        """Store what fits and refuse the rest, one answer for each draft in the same order.

        Raises only UnknownOutcomeError and UnavailableError, for all drafts.
        """


class KeyFlow(Protocol):
    """Checks API keys; see router.flows.access.keys."""

    def check(self, presented: str, *scopes: Scope) -> Caller:
        """The caller whose key this is. Raises Unauthenticated and Forbidden."""

    def practice_of(self, presented: str) -> str | None:
        """The practice whose key this is, even if it is revoked or lacks a scope; None if it never was a key."""
