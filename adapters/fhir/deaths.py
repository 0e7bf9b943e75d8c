"""What extensions say of whether a patient has died, where the chart itself doesn't.

`deceased[x]` is that of https://hl7.org/fhir/R4/patient.html; the reasons for which a value is absent are those of
http://terminology.hl7.org/CodeSystem/data-absent-reason.
"""

import re
from collections.abc import Iterator
from typing import Any

from adapters.documents.flags import flag_of

# In whatever form a date is written, it names a year in which somebody may have died. Databases have 0001-01-01 for
# nothing, and 9999-12-31 or 2099-12-31 for never.
_YEAR = re.compile("(?<![0-9])(?:19[0-9]|20[0-8])[0-9]")
# SQL Server's zero `datetime` and its last `smalldatetime` stand for no date too, also as it writes them in words.
# Their day and month are the same number, so that the order of these doesn't matter.
_FILLER = re.compile(
    "(?<![0-9])(?:19000101|20790606|1900[-./]0?1[-./]0?1(?![0-9])|2079[-./]0?6[-./]0?6(?![0-9])"
    "|0?1[-./]0?1[-./]1900|0?6[-./]0?6[-./]2079)|Jan +0?1,? +1900|Jun +0?6,? +2079"
)
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
# With these, no value is expected; all others say that there is one which isn't told.
_NO_VALUE = frozenset({"not-applicable", "not-asked", "not-performed", "not-permitted", "unsupported"})

# By the end of its address, what each extension says of a death, and its codes that say so; without codes, being there
# says it. In the United Kingdom a notice of a death can be formal (2) or informal (1), and be withdrawn (U).
_DECEASED = "/extension-Patient.deceased"
_NOTICES = {
    "/Extension-UKCore-DeathNotificationStatus": frozenset({"1", "2"}),
    "/Extension-CareConnect-DeathNotificationStatus-1": frozenset({"1", "2"}),
    "/fr-core-patient-death-place": None,
}


def says_death(extensions: object) -> bool:
    """Whether the extensions of a chart say that the patient has died."""
    return any(_says_death(extension) for extension in _objects(extensions))


def leaves_death_open(extensions: object) -> bool:
    """Whether an extension in place of the element has a value that says neither that the patient has died nor not."""
    return any(_leaves_open(extension) for extension in _objects(extensions) if _is_element(extension))


def has_died(is_deceased: bool | None, date: str | None) -> bool:  # noqa: FBT001 - it is an element, not an option.
    """Whether the elements `deceasedBoolean` and `deceasedDateTime` say that somebody has died."""
    text = date or ""
    return bool(is_deceased) or (_YEAR.search(text) is not None and _FILLER.search(text) is None)


def is_no_date(date: str | None) -> bool:
    """Whether a text in place of a date of death is none; one that is empty is simply absent."""
    return bool((date or "").strip()) and not has_died(None, date)


def is_withheld(element: object) -> bool:
    """Whether the extensions of an element without a value say that it has one, which isn't told."""
    extensions = _objects(element.get("extension")) if isinstance(element, dict) else ()
    reasons = [extension.get("valueCode") for extension in extensions if extension.get("url") == DATA_ABSENT]
    return any(str(reason) not in _NO_VALUE for reason in reasons)


def _says_death(extension: dict[str, Any]) -> bool:
    url = extension.get("url")
    if not isinstance(url, str):
        return False
    if _is_element(extension):
        return has_died(_flag(extension), _date(extension))
    for end, codes in _NOTICES.items():
        if url.endswith(end):
            return codes is None or not codes.isdisjoint(_codes(extension))
    return False


def _is_element(extension: dict[str, Any]) -> bool:
    """Whether an extension is the element of another version of FHIR."""
    url = extension.get("url")
    return isinstance(url, str) and url.endswith(_DECEASED)


def _leaves_open(extension: dict[str, Any]) -> bool:
    values = (extension.get("valueBoolean"), extension.get("valueDateTime"))
    has_value = any(value is not None and str(value).strip() for value in values)
    return has_value and _flag(extension) is None and not has_died(None, _date(extension))


def _flag(extension: dict[str, Any]) -> bool | None:
    value = extension.get("valueBoolean")
    return flag_of(str(value)) if isinstance(value, str | int) else None


def _date(extension: dict[str, Any]) -> str | None:
    value = extension.get("valueDateTime")
    return value if isinstance(value, str) else None


def _codes(extension: dict[str, Any]) -> Iterator[str]:
    for part in (extension, *_objects(extension.get("extension"))):
        concept = part.get("valueCodeableConcept")
        for coding in _objects(concept.get("coding")) if isinstance(concept, dict) else ():
            yield str(coding.get("code"))


def _objects(value: object) -> Iterator[dict[str, Any]]:
    return (part for part in value if isinstance(part, dict)) if isinstance(value, list) else iter(())
