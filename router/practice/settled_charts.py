"""Charts that were merged into another one: removing links that lead nowhere or in a circle."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from router.practice.import_report import Finding
from router.practice.people import Patient

LINK_LOST = "was merged into a chart that isn't known: the link is left out"
LINK_CIRCLE = "was merged into a chart that leads back to it: the link is left out"


def goes_round(patient: str, links: Mapping[str, str | None]) -> bool:
    """Whether following the links from this patient's chart leads back to it."""
    seen = {patient}
    following = links.get(patient)
    while following is not None and following not in seen:
        seen.add(following)
        following = links.get(following)
    return following == patient


def links_after(current: Mapping[str, Patient], named: Mapping[str, Patient]) -> dict[str, str | None]:
    """Which chart takes the place of which, once the named ones are stored."""
    return {key: patient.replaced_by for key, patient in {**current, **named}.items() if patient.replaced_by}


def changed_links(current: Mapping[str, Patient], written: tuple[Patient, ...]) -> Iterator[Patient]:
    """The written charts that were merged into another one, or separated again."""
    for patient in written:
        known = current.get(patient.id)
        if patient.replaced_by != (known.replaced_by if known else None):
            yield patient


def without_circles(
    current: Mapping[str, Patient], named: Mapping[str, Patient]
) -> tuple[dict[str, Patient], list[Finding]]:
    """The named charts, with links to unknown charts reset to their stored values and circular links removed."""
    settled = dict(named)
    findings = []
    for key, patient in named.items():
        target = patient.replaced_by
        if target is not None and target not in current and target not in named:
            known = current.get(key)
            settled[key] = replace(patient, replaced_by=known.replaced_by if known else None)
            findings.append(Finding("patients", key, LINK_LOST, "replaced_by"))
    links = links_after(current, settled)
    for key in [key for key in links if key in settled and goes_round(key, links)]:
        settled[key] = replace(settled[key], replaced_by=None)
        findings.append(Finding("patients", key, LINK_CIRCLE, "replaced_by"))
    return settled, findings
