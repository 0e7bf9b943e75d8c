"""Ids in addresses. What can't be an id belongs to nothing: the flow answers as it does for any unknown id."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query
from fastapi.openapi.models import Example
from pydantic import WithJsonSchema

from adapters.documents.fields import text_schema
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


PracticeId = Annotated[str, WithJsonSchema(text_schema(ID_LIMIT))]
MadeId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
# Careroute makes ids itself, so that no example is anybody's.
A_MADE_ID = "0192b0c4-7a31-7c3e-9d55-3f0a8b1c2d4e"


def an_example(value: object) -> dict[str, Example]:
    """The only example of a parameter, which works on the sample practice of `careroute demo`."""
    return {"example": {"value": value}}


A_PATIENT, A_COLLEAGUE, A_MADE = an_example("p-1007"), an_example("nisha-patel"), an_example(A_MADE_ID)


async def _patient(
    patient: Annotated[PracticeId, Path(description="The patient's id.", openapi_examples=A_PATIENT)],
) -> str:
    return practice_id(patient)


async def _staff(
    staff: Annotated[PracticeId, Path(description="The id of the member of staff.", openapi_examples=A_COLLEAGUE)],
) -> str:
    return practice_id(staff)


async def _acting(
    staff: Annotated[
        PracticeId,
        Query(description="The id of the member of staff whose inbox it is in.", openapi_examples=A_COLLEAGUE),
    ],
) -> str:
    return practice_id(staff)


async def _message(
    message: Annotated[
        MadeId, Path(description="The message's id, as `sendMessage` returns it.", openapi_examples=A_MADE)
    ],
) -> UUID:
    return made_id(message)


async def _delivery(
    delivery: Annotated[
        MadeId, Path(description="The delivery's id, as `listInbox` returns it.", openapi_examples=A_MADE)
    ],
) -> UUID:
    return made_id(delivery)


async def _conversation(
    conversation: Annotated[
        MadeId, Path(description="The conversation's id, as `sendMessage` returns it.", openapi_examples=A_MADE)
    ],
) -> UUID:
    return made_id(conversation)


async def _import(
    roster_import: Annotated[
        MadeId, Path(description="The import's id, as `createRosterImport` returns it.", openapi_examples=A_MADE)
    ],
) -> UUID:
    return made_id(roster_import)


async def _item(
    item: Annotated[
        MadeId, Path(description="The id of the parked item, as `listParkedItems` returns it.", openapi_examples=A_MADE)
    ],
) -> UUID:
    return made_id(item)


PatientId = Annotated[str, Depends(_patient)]
StaffId = Annotated[str, Depends(_staff)]
ActingStaffId = Annotated[str, Depends(_acting)]
MessageId = Annotated[UUID, Depends(_message)]
DeliveryId = Annotated[UUID, Depends(_delivery)]
ConversationId = Annotated[UUID, Depends(_conversation)]
ImportId = Annotated[UUID, Depends(_import)]
ItemId = Annotated[UUID, Depends(_item)]
