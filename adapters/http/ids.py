"""Ids in addresses. What can't be an id belongs to nothing: the flow answers as it does for any unknown id."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query

from router.practice.roster_rules import ID_LIMIT
from router.text import problem_with

NOBODY = ""
NOTHING = UUID(int=0)


def practice_id(text: str) -> str:
    """An id of the practice's own, or one that nobody has."""
    return NOBODY if problem_with(text, ID_LIMIT) else text.strip()


def made_id(text: str) -> UUID:
    """An id that Careroute made, in its canonical form, or one that nothing has."""
    try:
        made = UUID(text)
    except ValueError:
        return NOTHING
    return made if str(made) == text.lower() else NOTHING


async def _patient(patient: Annotated[str, Path(description="The patient's id.")]) -> str:
    return practice_id(patient)


async def _staff(staff: Annotated[str, Path(description="The id of the member of staff.")]) -> str:
    return practice_id(staff)


async def _acting(staff: Annotated[str, Query(description="In whose inbox it is looked for.")]) -> str:
    return practice_id(staff)


async def _message(message: Annotated[str, Path(description="The message's id.")]) -> UUID:
    return made_id(message)


async def _delivery(delivery: Annotated[str, Path(description="The delivery's id.")]) -> UUID:
    return made_id(delivery)


async def _conversation(conversation: Annotated[str, Path(description="The conversation's id.")]) -> UUID:
    return made_id(conversation)


async def _item(item: Annotated[str, Path(description="The id of what is parked.")]) -> UUID:
    return made_id(item)


PatientId = Annotated[str, Depends(_patient)]
StaffId = Annotated[str, Depends(_staff)]
ActingStaffId = Annotated[str, Depends(_acting)]
MessageId = Annotated[UUID, Depends(_message)]
DeliveryId = Annotated[UUID, Depends(_delivery)]
ConversationId = Annotated[UUID, Depends(_conversation)]
ItemId = Annotated[UUID, Depends(_item)]
