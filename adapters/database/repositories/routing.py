"""Accepted messages on their way into inboxes: claiming them, and writing what was resolved."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, RowMapping, func, select, update

from adapters.database import bulk, codec
from adapters.database.repositories import inbox_entries
from adapters.database.repositories.claims import ASKED, WITH_CONVERSATION, claim_on_postgresql, claim_on_sqlite
from adapters.database.tables import care_team_member, message, resolution
from adapters.database.transaction import Transaction
from router.messages.notification import Lease
from router.messages.routing import Claim, ClaimedMessage, Routed
from router.messages.states import ParkedReason, State


def _claim(row: RowMapping) -> Claim:
    thread = [row[name] for name in ("patient", "topic", "site", "owner", "chosen")]
    return Claim(row["practice"], row["id"], row["conversation"], row["returned"], *thread)


class RoutingRepository:
    """See router.ports.messages.Routing."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def claim(self, limit: int, share: int) -> list[Claim]:
        """Claim waiting messages of many practices, at most `share` of each."""
        claim = claim_on_sqlite if self._transaction.is_sqlite else claim_on_postgresql
        return [_claim(row) for row in claim(self._transaction, limit, share)]

    def claim_one(self, practice: str, message_id: UUID) -> Claim | None:
        """Claim this one if it still waits and nobody holds it."""
        wanted = (
            select(*ASKED)
            .select_from(WITH_CONVERSATION)
            .where(message.c.practice == practice, message.c.id == message_id, message.c.state == State.ACCEPTED.value)
            .with_for_update(skip_locked=True, of=message)
        )
        row = self._transaction.connection.execute(wanted).mappings().one_or_none()
        return _claim(row) if row else None

    def with_care_teams(self, claimed: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
        """The same messages with the care teams of their patients."""
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
                self._one_of(care_team_member.c.patient, patients),
            )
            .order_by(care_team_member.c.patient, care_team_member.c.position)
        )
        teams: dict[str, list[str]] = defaultdict(list)
        for row in self._transaction.connection.execute(wanted):
            teams[row.patient].append(row.staff)
        return teams

    def store(self, routed: Sequence[Routed], lease: Lease | None) -> None:
        """Write resolutions, deliveries and notifications, and advance or park the messages."""
        if not routed:
            return
        self._add_resolutions(routed)
        delivered = [one for one in routed if one.deliveries]
        inbox_entries.add(
            self._transaction, [(one.claimed.practice, one.claimed.message, one.deliveries) for one in delivered], lease
        )
        now = self._transaction.now
        self._advance(delivered, state=State.DELIVERED.value, delivered_at=now)
        parked = {"state": State.PARKED.value, "parked_reason": ParkedReason.NO_ACTIVE_STAFF.value, "parked_at": now}
        self._advance([one for one in routed if not one.deliveries], **parked)

    def resolve_again(self, routed: Routed) -> None:
        """Store one more resolution of a message that was delivered before."""
        self._add_resolutions([routed])

    def _add_resolutions(self, routed: Sequence[Routed]) -> None:
        """Messages of one batch share the resolution, and its documents, where the same was asked of them."""
        numbers = self._last_numbers(routed)
        alike: dict[tuple[str, int, int], list[Routed]] = defaultdict(list)
        for one in routed:
            number = numbers.get((one.claimed.practice, one.claimed.message), 0) + 1
            alike[one.claimed.practice, number, id(one.resolution)].append(one)
        rows = [
            {
                "practice": practice,
                "message": [one.claimed.message for one in some],
                "number": number,
                "resolved_at": some[0].resolution.at,
                "distribution_version": some[0].resolution.distribution_version,
                **codec.resolution_to_json(some[0].resolution),
            }
            for (practice, number, _), some in alike.items()
        ]
        self._transaction.insert(resolution, rows, None, ("message",))

    def _last_numbers(self, routed: Sequence[Routed]) -> dict[tuple[str, UUID], int]:
        """Only a message that waited before can have resolutions already."""
        last: dict[tuple[str, UUID], int] = {}
        returned = [one.claimed for one in routed if one.claimed.returned]
        for practice in {one.practice for one in returned}:
            ids = [one.message for one in returned if one.practice == practice]
            found = (
                select(resolution.c.message, func.max(resolution.c.number))
                .where(resolution.c.practice == practice, self._one_of(resolution.c.message, ids))
                .group_by(resolution.c.message)
            )
            for message_id, number in self._transaction.connection.execute(found):
                last[practice, message_id] = number
        return last

    def _one_of(self, column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
        return bulk.one_of(self._transaction.connection, column, values)

    def _advance(self, routed: Sequence[Routed], **values: object) -> None:
        rows = [{"practice": one.claimed.practice, "id": one.claimed.message} for one in routed]
        self._transaction.change(message, ("practice", "id"), rows, **values)

    def count_failure(self, practice: str, message_id: UUID, retry_after: timedelta, park_after: int) -> bool:
        """Count a failed try; at `park_after` of them the message is parked and True returned."""
        this = (message.c.practice == practice) & (message.c.id == message_id)
        waiting = this & (message.c.state == State.ACCEPTED.value)
        counted = (
            update(message)
            .where(waiting)
            .values(failures=message.c.failures + 1, due_at=self._transaction.now + retry_after)
            .returning(message.c.failures)
        )
        failures = self._transaction.connection.execute(counted).scalar_one_or_none()
        if failures is None or failures < park_after:
            return False
        parked = {"state": State.PARKED.value, "parked_reason": ParkedReason.ROUTING_FAILED.value}
        self._transaction.connection.execute(
            update(message).where(this).values(**parked, parked_at=self._transaction.now)
        )
        return True
