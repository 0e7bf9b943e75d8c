"""The priority of a message: its values, why it is urgent, and how it changed.

It is raised by the patient's side, by words, and by staff; only staff lower it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from router.messaging.red_flags import Mark


class Priority(StrEnum):
    """How soon somebody must look; the words of FHIR (https://hl7.org/fhir/R4/valueset-request-priority.html)."""

    ROUTINE = "routine"
    URGENT = "urgent"


class Cause(StrEnum):
    """What changed a priority."""

    PATIENT = "patient"
    RED_FLAG = "red_flag"
    STAFF = "staff"
    # Staff took back what they had just changed.
    UNDO = "undo"


class LoweredBecause(StrEnum):
    """Why staff lowered a priority."""

    CAN_WAIT = "can_wait"
    NOT_MEANT = "not_meant"
    TAKEN_CARE_OF = "taken_care_of"


LOWERED_IN_WORDS = {
    LoweredBecause.CAN_WAIT: "it can wait",
    LoweredBecause.NOT_MEANT: "the words meant something else",
    LoweredBecause.TAKEN_CARE_OF: "it has already been taken care of",
}


@dataclass(frozen=True, slots=True)
class Urgency:
    """Why a message is urgent: what raised it first, the phrases that matched, and the staff member who raised it."""

    cause: Cause
    marks: tuple[Mark, ...] = field(default=(), repr=False)
    staff: str | None = None


@dataclass(frozen=True, slots=True)
class PriorityChange:
    """A change of a message's priority; the first is the one it was accepted with, unless that was routine."""

    at: datetime
    priority: Priority
    cause: Cause
    staff: str | None = None
    group: str | None = None
    reason: LoweredBecause | None = None


def urgency_in_words(urgency: Urgency, names: Mapping[str, str]) -> str:
    """Why a message is urgent, for people who may read its text: this can quote a phrase of it."""
    if urgency.cause is Cause.PATIENT:
        said = "The patient's side said that it is urgent."
    elif urgency.cause is Cause.RED_FLAG:
        said = ""
    else:
        said = f"{names.get(urgency.staff or '', urgency.staff or 'A colleague')} raised it."
    flags = [f"Red flag, {mark.group}: “{mark.phrase}”." for mark in urgency.marks]
    return " ".join([said, *flags] if said else flags)


def change_in_words(change: PriorityChange, names: Mapping[str, str]) -> str:
    """One line of the trace. It quotes nothing of the message."""
    who = names.get(change.staff or "", change.staff or "somebody")
    if change.cause is Cause.PATIENT:
        return "Urgent: the patient's side said so."
    if change.cause is Cause.RED_FLAG:
        return f"Urgent: red flag, group {change.group}."
    if change.cause is Cause.UNDO:
        return f"{who} took the change back: it is {change.priority} again."
    if change.priority is Priority.URGENT:
        return f"{who} raised it to urgent."
    because = f": {LOWERED_IN_WORDS[change.reason]}" if change.reason else ""
    return f"{who} lowered it to routine{because}."
