"""Accepted messages on their way into inboxes: claiming them, and writing what was resolved."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select, update
from typing_extensions import override

from adapters.database import bulk, codec
from adapters.database.repositories import inbox_entries, queue
from adapters.database.repositories.claims import claim_on_postgresql, claim_on_sqlite, claim_one
from adapters.database.tables import care_team_member, message, resolution
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance
from router.messages.notification import Lease
from router.messages.routing import ClaimedBatch, ClaimedMessage, Routed
from router.messages.states import ParkedReason, State
from router.ports.messages import Routing

if TYPE_CHECKING:
    from router.messages.cascade import Resolution


class RoutingRepository(Routing):
    """See router.ports.messages.Routing."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def claim(self, limit: int, share: int) -> ClaimedBatch | None:
        claim = claim_on_sqlite if self._transaction.is_sqlite else claim_on_postgresql
        return claim(self._transaction, limit, share)

    @override
    def claim_one(self, practice: str, message_id: UUID) -> ClaimedBatch | None:
        return claim_one(self._transaction, practice, message_id)

    @override
    def is_due(self) -> bool:
        return queue.is_due(self._transaction)

    @override
    def look_at_all(self) -> None:
        queue.put_right(self._transaction)

    @override
    def with_care_teams(self, claimed: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
        patients: dict[str, set[str]] = defaultdict(set)
        for one in claimed:
            patients[one.practice].add(one.patient)
        teams = {practice: self._care_teams(practice, some) for practice, some in patients.items()}
        return [
            replace(one, question=replace(one.question, care_team=tuple(teams[one.practice][one.patient])))
            for one in claimed
        ]

    def _care_teams(self, practice: str, patients: set[str]) -> dict[str, list[str]]:
        wanted = (
            select(care_team_member.c.patient, care_team_member.c.staff)
            .where(
                care_team_member.c.practice == practice,
                self._transaction.one_of(care_team_member.c.patient, patients),
            )
            .order_by(care_team_member.c.patient, care_team_member.c.position)
        )
        teams: dict[str, list[str]] = defaultdict(list)
        for row in self._transaction.execute(wanted):
            teams[row.patient].append(row.staff)
        return teams

    @override
    def store(self, routed: Sequence[Routed], lease: Lease | None) -> None:
        if not routed:
            return
        self._add_resolutions(routed)
        delivered = [one for one in routed if one.deliveries]
        inbox_entries.add(self._transaction, [_entry(one) for one in delivered], lease)
        now = self._transaction.now()
        self._advance(delivered, State.DELIVERED, delivered_at=now)
        parked = {"parked_reason": ParkedReason.NO_ACTIVE_STAFF.value, "parked_at": now}
        self._advance([one for one in routed if not one.deliveries], State.PARKED, **parked)

    @override
    def resolve_again(self, routed: Routed) -> None:
        self._add_resolutions([routed])

    def _add_resolutions(self, routed: Sequence[Routed]) -> None:
        """Messages of one batch share the resolution, and its documents, where the same was asked of them."""
        numbers = self._last_numbers(routed)
        alike: dict[tuple[str, int, Resolution], list[Routed]] = defaultdict(list)
        for one in routed:
            number = numbers.get((one.claimed.practice, one.claimed.message), 0) + 1
            alike[one.claimed.practice, number, one.resolution].append(one)
        rows = [
            {
                "practice": practice,
                "message": [one.claimed.message for one in some],
                "number": number,
                "resolved_at": resolved.at,
                "distribution_version": resolved.distribution_version,
                **codec.resolution_to_json(resolved),
            }
            for (practice, number, resolved), some in alike.items()
        ]
        self._transaction.insert_alike((bulk.Target(resolution),), rows, ("message",))

    def _last_numbers(self, routed: Sequence[Routed]) -> dict[tuple[str, UUID], int]:
        """Only a message that waited before can have resolutions already."""
        last: dict[tuple[str, UUID], int] = {}
        returned = [one.claimed for one in routed if one.claimed.returned]
        for practice in {one.practice for one in returned}:
            ids = [one.message for one in returned if one.practice == practice]
            found = (
                select(resolution.c.message, func.max(resolution.c.number))
                .where(resolution.c.practice == practice, self._transaction.one_of(resolution.c.message, ids))
                .group_by(resolution.c.message)
            )
            for message_id, number in self._transaction.execute(found):
                last[practice, message_id] = number
        return last

    def _advance(self, routed: Sequence[Routed], state: State, **values: object) -> None:
        rows = [{"practice": one.claimed.practice, "id": one.claimed.message} for one in routed]
        self._transaction.advance(message, [state], rows, state=state.value, **values)

    @override
    def count_failure(self, practice: str, message_id: UUID, retry_after: timedelta, park_after: int) -> bool:
        this = (message.c.practice == practice) & (message.c.id == message_id)
        waiting = this & (message.c.state == State.ACCEPTED.value)
        counted = (
            update(message)
            .where(waiting)
            .values(failures=message.c.failures + 1, due_at=self._transaction.now() + retry_after)
            .returning(message.c.failures)
        )
        # As those do who claim it: first the message, then its row in the queue.
        self._transaction.execute(select(message.c.id).where(waiting).with_for_update())
        queue.remove(self._transaction, practice, message_id)
        failures = self._transaction.execute(counted).scalar_one_or_none()
        if failures is None:
            return False
        if failures < park_after:
            queue.add(self._transaction, practice, [message_id], self._transaction.now() + retry_after)
            return False
        parked = {"parked_reason": ParkedReason.ROUTING_FAILED.value, "parked_at": self._transaction.now()}
        self._transaction.execute(advance(message, State.PARKED).where(this).values(**parked))
        return True


def _entry(routed: Routed) -> inbox_entries.Entry:
    claimed = routed.claimed
    known = claimed.conversation, claimed.question.site, claimed.accepted_at
    return inbox_entries.Entry(claimed.practice, claimed.message, *known, routed.deliveries)
