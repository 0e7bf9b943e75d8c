"""What extensions say of whether a patient has died, where the chart itself doesn't.

`deceased[x]` is that of https://hl7.org/fhir/R4/patient.html; the reasons for which a value is absent are those of
http://terminology.hl7.org/CodeSystem/data-absent-reason.
"""

from collections.abc import Iterator
from typing import Any

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


def is_withheld(element: object) -> bool:
    """Whether the extensions of an element without a value say that it has one, which isn't told."""
    extensions = _objects(element.get("extension")) if isinstance(element, dict) else ()
    reasons = [extension.get("valueCode") for extension in extensions if extension.get("url") == DATA_ABSENT]
    return any(str(reason) not in _NO_VALUE for reason in reasons)


def _says_death(extension: dict[str, Any]) -> bool:
    url = extension.get("url")
    if not isinstance(url, str):
        return False
    if url.endswith(_DECEASED):
        # The element of another version of FHIR.
        return extension.get("valueBoolean") is True or bool(extension.get("valueDateTime"))
    for end, codes in _NOTICES.items():
        if url.endswith(end):
            return codes is None or not codes.isdisjoint(_codes(extension))
    return False


def _codes(extension: dict[str, Any]) -> Iterator[str]:
    for part in (extension, *_objects(extension.get("extension"))):
        concept = part.get("valueCodeableConcept")
        for coding in _objects(concept.get("coding")) if isinstance(concept, dict) else ():
            yield str(coding.get("code"))


def _objects(value: object) -> Iterator[dict[str, Any]]:
    return (part for part in value if isinstance(part, dict)) if isinstance(value, list) else iter(())
