"""Charts that were merged into another one, and other links between charts.

Patient.link is that of https://hl7.org/fhir/R4/patient.html#links: a chart with a link of type `replaced-by` must no
longer be used.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from adapters.fhir.contents import DECIDING, Contents
from adapters.fhir.entries import Entry
from adapters.fhir.references import ById, Match, pointers
from adapters.fhir.resources import Patient, PatientLink
from router.practice.doubts import Narrowing, RecordKind

# `replace` is its name in DSTU 2.
REPLACED_BY = frozenset({"replaced-by", "replace"})
REPLACES = "replaces"
MERGED = "was merged into another chart: nothing more is written in it"
UNCLEAR = "was merged into a chart that can't be identified: it stays unchanged"
INVERSE = "takes the place of another chart: nothing more is written in that one"
ONE_SIDED = "says that it takes the place of another chart, which is in use and doesn't say so: both stay as they are"
UNREAD = "says that it takes the place of a chart that can't be read completely: both stay as they are"
LOST = "takes the place of a chart that can't be identified: that one stays as it is"
OTHER_LINK = "is linked with another chart in a way that means nothing for messages"


@dataclass(frozen=True, slots=True)
class Claim:
    """That a chart says in this element that it takes the place of another one."""

    entry: Entry[Patient]
    path: str


@dataclass(frozen=True, slots=True)
class MergedCharts:
    """The chart that each merged chart was merged into, and the charts of which that can't be made out."""

    into: dict[str, str] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)
    absent: list[Narrowing] = field(default_factory=list)
    """Charts that aren't in the export, of which another one says that it takes their place."""

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
    for entry in _linked(contents):
        _read_links(contents, merged, entry)
    _read_claims(contents, merged)
    return merged


def _linked(contents: Contents) -> Iterator[Entry[Patient]]:
    """The charts whose links can be read, also where something else in them can't."""
    yield from contents.kept.patients("links")
    yield from (entry for entry in _doubtful(contents) if not entry.lacks("link"))


def _doubtful(contents: Contents) -> list[Entry[Patient]]:
    return cast("list[Entry[Patient]]", [one for one in contents.doubtful if isinstance(one.resource, Patient)])


def _read_links(contents: Contents, merged: MergedCharts, entry: Entry[Patient]) -> None:
    targets = set()
    for index, link in enumerate(entry.resource.link):
        path = f"link.{index}"
        if link.type not in REPLACED_BY:
            if link.type != REPLACES:
                contents.report.skip(entry, OTHER_LINK, path)
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


def _read_claims(contents: Contents, merged: MergedCharts) -> None:
    """Follow the links back: servers that have deleted the other chart, or don't export it, have none in it."""
    claims: dict[str, list[Claim]] = {}
    for entry in _linked(contents):
        for index, link in enumerate(entry.resource.link):
            if link.type == REPLACES:
                other = _target(contents, link)
                claim = Claim(entry, f"link.{index}")
                if other is None or other == entry.resource.id:
                    contents.report.remark(entry, LOST, claim.path)
                else:
                    claims.setdefault(other, []).append(claim)
    doubtful = {entry.resource.id: entry for entry in _doubtful(contents)}
    for other, some in claims.items():
        charts = {claim.entry.resource.id for claim in some}
        known = cast("Entry[Patient] | None", contents.kept.get("Patient", other)) or doubtful.get(other)
        why_not = None if other in merged.into or other in merged.unclear else _why_not(contents, known, charts)
        for claim in some:
            note = contents.report.remark if why_not else contents.report.skip
            note(claim.entry, why_not or INVERSE, claim.path)
        if not why_not and known is None:
            entry = some[0].entry
            merged.absent.append(
                Narrowing(RecordKind.PATIENTS, other, replaced_by=charts.pop(), file=entry.file, line=entry.line)
            )
        elif not why_not and other not in merged.unclear:
            merged.into.setdefault(other, charts.pop())


def _why_not(contents: Contents, known: Entry[Patient] | None, charts: set[str]) -> str | None:
    """Why a chart, None where it isn't in the export, isn't merged into those that say that they take its place."""
    if known is None:
        return LOST if len(charts) > 1 or contents.is_partial("Patient") else None
    if known.lacks("link") or (known.resource.takes_part and known.lacks(*DECIDING["Patient"])):
        return UNREAD
    if known.resource.takes_part:
        return ONE_SIDED
    return LOST if len(charts) > 1 else None


def _target(contents: Contents, link: PatientLink) -> str | None:
    """The id of the other chart; one that isn't in the export may be known to the practice by its id."""
    if link.other is None:
        return None
    found = contents.index.find(link.other, ["Patient"])
    if isinstance(found, Match):
        return found.id if found.type == "Patient" else None
    named = next(pointers(link.other), None)
    return named.id if isinstance(named, ById) and named.type in {"Patient", None} else None
