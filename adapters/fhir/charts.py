"""Charts that were merged into another one, and other links between charts.

Patient.link is that of https://hl7.org/fhir/R4/patient.html#links: a chart with a link of type `replaced-by` must no
longer be used.
"""

from dataclasses import dataclass, field

from adapters.fhir.contents import Contents
from adapters.fhir.entries import Entry
from adapters.fhir.references import ById, Match, pointers
from adapters.fhir.resources import Patient, PatientLink

REPLACED_BY = "replaced-by"
MERGED = "was merged into another chart: nothing more is written in it"
UNCLEAR = "was merged into a chart that can't be identified: it stays unchanged"
INVERSE = "takes the place of another chart, which says so itself"
OTHER_LINK = "is linked with another chart in a way that means nothing for messages"


@dataclass(frozen=True, slots=True)
class MergedCharts:
    """The chart that each merged chart was merged into, and the charts of which that can't be made out."""

    into: dict[str, str] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)

    def last(self, patient: str) -> str:
        """The chart at the end of the links from this one; the chart itself where it was merged into none."""
        seen = {patient}
        while (following := self.into.get(patient)) is not None and following not in seen:
            seen.add(following)
            patient = following
        return patient


def read(contents: Contents) -> MergedCharts:
    """Follow the links of every chart, and report them."""
    merged = MergedCharts()
    for entry in contents.kept.patients("links"):
        _read_links(contents, merged, entry)
    for doubtful in contents.doubtful:
        if isinstance(doubtful.resource, Patient) and not doubtful.lacks("link"):
            _read_links(contents, merged, Entry(doubtful.resource, doubtful.type, doubtful.file, doubtful.line))
    return merged


def _read_links(contents: Contents, merged: MergedCharts, entry: Entry[Patient]) -> None:
    targets = set()
    for index, link in enumerate(entry.resource.link):
        path = f"link.{index}"
        if link.type != REPLACED_BY:
            contents.report.skip(entry, INVERSE if link.type == "replaces" else OTHER_LINK, path)
            continue
        target = _target(contents, link)
        targets.add(target)
        if target in {None, entry.resource.id}:
            contents.report.warn(entry, UNCLEAR, path)
        else:
            contents.report.skip(entry, MERGED, path)
    known = sorted(target for target in targets if target is not None and target != entry.resource.id)
    if len(known) == 1:
        merged.into[entry.resource.id] = known[0]
    elif targets:
        merged.unclear.add(entry.resource.id)
        if len(known) > 1:
            contents.report.warn(entry, UNCLEAR, "link")


def _target(contents: Contents, link: PatientLink) -> str | None:
    """The id of the other chart; one that isn't in the export may be known to the practice by its id."""
    if link.other is None:
        return None
    found = contents.index.find(link.other, ["Patient"])
    if isinstance(found, Match):
        return found.id if found.type == "Patient" else None
    named = next(pointers(link.other), None)
    return named.id if isinstance(named, ById) and named.type in {"Patient", None} else None
