"""Requests about rosters that are imported in parts."""

from typing import Annotated

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import WholeNumber
from adapters.documents.roster_file import read_roster_json
from router.coverage.staged_import import ImportTerms
from router.flows.administrator.roster_staging import MOST_PARTS, RosterPart
from router.practice.roster import Mode


class NewImportDocument(Document):
    """What an import may do."""

    mode: Annotated[
        Mode,
        Field(
            strict=False,
            description="`replace` also deactivates people who aren't in any part, once all parts are applied.",
        ),
    ] = Mode.MERGE
    allow_deactivate: Annotated[bool, Field(description="Lets a replace deactivate many people.")] = False


class ApplyDocument(Document):
    """Confirms that all parts have been sent."""

    parts: Annotated[
        WholeNumber,
        Field(
            description="How many parts there are. Refused unless all have arrived.",
            ge=1,
            le=MOST_PARTS,
            json_schema_extra={"minimum": 1, "maximum": MOST_PARTS},
        ),
    ]


def parse_new_import_json(data: bytes) -> ImportTerms:
    """What an import may do. Raises Invalid with the fields."""
    document = read(NewImportDocument, load(data))
    return ImportTerms(mode=document.mode, allow_deactivate=document.allow_deactivate)


def parse_part_json(data: bytes, number: int) -> RosterPart:
    """A part of a roster, read record by record. Raises Invalid where it is no roster at all."""
    document, findings = read_roster_json(data, f"part {number}", is_strict=False)
    return RosterPart(document, findings)


def parse_apply_json(data: bytes) -> int:
    """How many parts there are. Raises Invalid with the field."""
    return read(ApplyDocument, load(data)).parts
