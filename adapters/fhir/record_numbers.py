"""The medical record number of a patient, out of all their identifiers.

Identifier is that of https://hl7.org/fhir/R4/datatypes.html#Identifier; its type `MR` is one of
http://terminology.hl7.org/CodeSystem/v2-0203. Some systems give the type in words only, such as `MRN`.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from adapters.fhir.contents import Contents
from adapters.fhir.datatypes import Identifier
from adapters.fhir.entries import Entry
from adapters.fhir.resources import Patient
from router.practice.roster_rules import ID_LIMIT
from router.text import problem_with
from router.text.repair import repair_text

MEDICAL_RECORD = "MR"
UNUSABLE = "has a record number that can't be used"
_IN_WORDS = re.compile(r"(mrn?|(medical\s+)?record\s+(number|no\.?|#)|chart\s+number)", re.IGNORECASE)
_NO_LIMIT = 2**30


def choose(contents: Contents, entry: Entry[Patient]) -> str | None:
    """The first record number that can be used: a current one before an old one, a coded type before words."""
    numbers = list(_numbers(entry.resource.identifier, contents.now))
    usable = [number for number in numbers if _is_usable(number)]
    if numbers and not usable:
        contents.report.warn(entry, UNUSABLE, "identifier")
    return contents.report.text(entry, "identifier", usable[0]) if usable else None


def _is_usable(number: str) -> bool:
    return problem_with(repair_text(number, _NO_LIMIT).text, ID_LIMIT) is None


def _numbers(identifiers: Iterable[Identifier], now: datetime) -> Iterable[str]:
    found = [
        identifier
        for identifier in identifiers
        if identifier.value and (_is_coded(identifier) or _is_in_words(identifier))
    ]
    found.sort(key=lambda number: (number.use == "old" or not number.period.is_current(now), not _is_coded(number)))
    return [number.value.strip(" ") for number in found if number.value]


def _is_coded(identifier: Identifier) -> bool:
    return identifier.type is not None and any(coding.code == MEDICAL_RECORD for coding in identifier.type.coding)


def _is_in_words(identifier: Identifier) -> bool:
    if identifier.type is None:
        return False
    texts = (identifier.type.text, *(coding.display for coding in identifier.type.coding))
    return any(_IN_WORDS.fullmatch(text.strip()) for text in texts if text)
