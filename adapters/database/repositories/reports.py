"""Counts for portal administrators."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, literal_column, select
from typing_extensions import override

from adapters.database.ids import first_id
from adapters.database.repositories.overdue import left_to_colleague, was_done_before_correction
from adapters.database.repositories.parked import IS_PARKED_NOTIFICATION
from adapters.database.tables import care_team_member, conversation, delivery, message, notification, patient
from adapters.database.tables import staff as staff_table
from adapters.database.transaction import Transaction
from router.coverage.replay import PastMessage
from router.messages.cascade import HandOver
from router.messages.priority import Priority
from router.messages.states import DeliveryState, State
from router.operations.reports import Unopened
from router.ports.reports import Reports
from router.practice.topics import Topic

DELIVERED = (State.DELIVERED.value, State.OPENED.value, State.ANSWERED.value)


class ReportRepository(Reports):
    """See router.ports.reports.Reports."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def unopened(self, practice: str, before: datetime, limit: int) -> list[Unopened]:
        of = conversation.c
        # The index is over this state alone, so that the statement says it rather than a parameter.
        delivered = message.c.state == literal_column(f"'{State.DELIVERED.value}'")
        oldest = (
            select(message.c.conversation)
            .where(message.c.practice == practice, delivered, message.c.accepted_at < before)
            .order_by(message.c.accepted_at)
            .limit(limit)
            .subquery()
        )
        its_conversation = (of.practice == practice) & (of.id == oldest.c.conversation)
        counted = (
            select(of.topic, of.site, func.count())
            .select_from(oldest.join(conversation, its_conversation))
            .group_by(of.topic, of.site)
            .order_by(of.topic, of.site)
        )
        return [Unopened(Topic(topic), site, count) for topic, site, count in self._transaction.execute(counted)]

    @override
    def past(self, practice: str, since: datetime, limit: int) -> list[PastMessage]:
        of = conversation.c
        done = (
            select(func.min(delivery.c.opened_at))
            .where(delivery.c.practice == practice, delivery.c.message == message.c.id)
            .where(delivery.c.state == DeliveryState.DONE.value, delivery.c.step != HandOver.FORWARD.value)
            .where(~was_done_before_correction(), ~left_to_colleague())
            .correlate(message)
            .scalar_subquery()
        )
        ended = func.coalesce(message.c.answered_at, message.c.outcome_at, done, type_=message.c.answered_at.type)
        wanted = (
            select(of.site, of.topic, message.c.accepted_at, message.c.opened_at, ended, message.c.priority)
            .join_from(message, conversation)
            # Ids begin with their time, and the key is over them.
            .where(message.c.practice == practice, message.c.id >= first_id(since))
            .where(message.c.accepted_at >= since, message.c.state.in_(DELIVERED))
            .order_by(message.c.id.desc())
            .limit(limit)
        )
        topics = {topic.value: topic for topic in Topic}
        return [
            PastMessage(site, topics[topic], accepted_at, opened_at, ended_at, urgent=priority == Priority.URGENT.value)
            for site, topic, accepted_at, opened_at, ended_at, priority in self._transaction.execute(wanted)
        ]

    @override
    def with_record_number(self, practice: str, record_number: str) -> str | None:
        wanted = select(patient.c.id).where(patient.c.practice == practice, patient.c.record_number == record_number)
        found = self._transaction.execute(wanted.limit(2)).scalars().all()
        return found[0] if len(found) == 1 else None

    @override
    def in_care_teams(self, practice: str, staff: Iterable[str]) -> set[str]:
        team, asked = care_team_member.c, staff_table.c
        chart = (patient.c.practice == team.practice) & (patient.c.id == team.patient)
        is_active = select(patient.c.active).where(chart).scalar_subquery()
        # Single values, which are looked up one by one: what exists may be joined, which reads all teams for a few.
        first = (
            select(team.patient)
            .where(team.practice == asked.practice, team.staff == asked.id, is_active)
            .limit(1)
            .scalar_subquery()
        )
        these = (asked.practice == practice) & self._transaction.one_of(asked.id, list(staff))
        return set(self._transaction.execute(select(asked.id).where(these, first.is_not(None))).scalars())

    @override
    def refused(self, practice: str) -> Mapping[str, int]:
        to, about = delivery.c, notification.c
        counted = (
            select(to.staff, func.count().label("parked"))
            .join_from(notification, delivery)
            .where(about.practice == practice, IS_PARKED_NOTIFICATION)
            .group_by(to.staff)
            .order_by(to.staff)
        )
        return {row.staff: row.parked for row in self._transaction.execute(counted)}
