"""One delivery as its holder sees it in the inbox."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, exists, select

from adapters.database.repositories.answer_times import promised_by
from adapters.database.repositories.charts import can_read
from adapters.database.repositories.inbox_entries import recipient_of
from adapters.database.repositories.snoozes import READ
from adapters.database.repositories.urgency import urgency_from_json
from adapters.database.tables import (
    authorized_user,
    conversation,
    delivery,
    ladder_run,
    message,
    patient,
    snooze,
    staff_draft,
)
from router.messages.inbox import Chart, InboxItem, NextStep
from router.messages.priority import Priority
from router.messages.states import DeliveryState, State
from router.messaging.ladder import Do
from router.practice.topics import Topic

# What a delivery may not have, and its message and conversation always do.
KNOWN_BY_MESSAGE = frozenset({"conversation", "site", "written_at"})


def select_items(deliveries: FromClause = delivery) -> Select[Any]:
    """These deliveries with what staff see of each: its message, conversation, patient, sender and next step."""
    joined = (
        deliveries.join(message)
        .join(conversation)
        .join(patient, (patient.c.practice == message.c.practice) & (patient.c.id == message.c.patient))
        .outerjoin(
            authorized_user,
            (authorized_user.c.practice == message.c.practice)
            & (authorized_user.c.patient == message.c.patient)
            & (authorized_user.c.id == message.c.sender),
        )
        .outerjoin(
            # One run of a message at most has a step that is due.
            ladder_run,
            (ladder_run.c.practice == message.c.practice)
            & (ladder_run.c.message == message.c.id)
            & ladder_run.c.due_do.is_not(None),
        )
        .outerjoin(snooze, (snooze.c.practice == delivery.c.practice) & (snooze.c.delivery == delivery.c.id) & READ)
    )
    return select(
        *(column for column in delivery.c if column.name not in KNOWN_BY_MESSAGE),
        message.c.conversation,
        message.c.body,
        message.c.sender,
        message.c.accepted_at,
        message.c.state.label("message_state"),
        message.c.answer_by,
        message.c.renewed_answer_by,
        message.c.kept_open,
        message.c.outcome,
        message.c.priority,
        message.c.urgency,
        message.c.first_to,
        snooze.c.until.label("snoozed_until"),
        ladder_run.c.due_at.label("step_at"),
        ladder_run.c.due_do.label("step_do"),
        conversation.c.topic,
        conversation.c.site,
        conversation.c.subject,
        conversation.c.owner,
        patient.c.id.label("patient"),
        patient.c.name.label("patient_name"),
        patient.c.birth_date,
        patient.c.record_number,
        patient.c.active.label("chart_active"),
        patient.c.replaced_by,
        can_read(patient).label("can_read"),
        authorized_user.c.name.label("sender_name"),
        _has_draft().label("has_draft"),
    ).select_from(joined)


def _has_draft() -> ColumnElement[bool]:
    same = (staff_draft.c.practice == delivery.c.practice) & (staff_draft.c.delivery == delivery.c.id)
    return exists().where(same).correlate(delivery)


def read_item(row: Row[Any]) -> InboxItem:
    """What a row of `select_items` says."""
    return InboxItem(
        delivery=row.id,
        staff=row.staff,
        message=row.message,
        conversation=row.conversation,
        topic=Topic(row.topic),
        site=row.site,
        patient=row.patient,
        patient_name=row.patient_name,
        birth_date=row.birth_date,
        record_number=row.record_number,
        sender=row.sender,
        sender_name=row.sender_name,
        subject=row.subject,
        body=row.body,
        state=DeliveryState(row.state),
        owner=row.owner,
        handled_by=row.handled_by,
        recipient=recipient_of(row),
        received_at=row.received_at,
        first_received_at=row.first_received_at,
        written_at=row.accepted_at,
        has_draft=row.has_draft,
        answer_by=promised_by(row),
        waits=bool(row.kept_open) or (row.message_state != State.ANSWERED.value and row.outcome is None),
        next_step=NextStep(Do(row.step_do), row.step_at) if row.step_do is not None else None,
        priority=Priority(row.priority),
        urgency=urgency_from_json(row.urgency),
        snoozed_until=row.snoozed_until,
        moved_at=row.moved_at,
        first_to=row.first_to,
        chart=Chart(row.chart_active, row.replaced_by, row.can_read),
    )
