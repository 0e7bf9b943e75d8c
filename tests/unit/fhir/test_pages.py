"""Searches and manifests in several pages: a page that isn't there makes the export a part of the whole."""

import json
from pathlib import Path

import pytest

from router.practice.doubts import RecordKind
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.unit.fhir.folders import folder_of, patients, text

BASE = "https://x.example/fhir"


def page(*entries: fhir.Json, total: int | None = None, **links: str) -> fhir.Json:
    """One page of a search, with its links."""
    link = [{"relation": relation, "url": f"{BASE}{url}"} for relation, url in links.items()]
    said = {} if total is None else {"total": total}
    return {"resourceType": "Bundle", "type": "searchset", "link": link, "entry": list(entries), **said}


def found(*ids: str, mode: str = "match") -> list[fhir.Json]:
    """Entries of patients."""
    return [{"resource": fhir.patient(one), "search": {"mode": mode}} for one in ids]


OUTCOME = {"resource": {"resourceType": "OperationOutcome", "issue": []}, "search": {"mode": "outcome"}}
FIRST = page(*found("p-1", "p-2"), total=4, self="/Patient?_count=2", next="?_getpages=a&_getpagesoffset=2")
SECOND = page(
    *found("p-3", "p-4"),
    total=4,
    self="?_getpages=a&_getpagesoffset=2",
    previous="?_getpages=a&_getpagesoffset=0",
)
OFFSETS = [page(*found(f"p-{n}"), total=2, self=f"/Patient?active=true&_offset={n}") for n in range(2)]


@pytest.mark.parametrize(
    "pages",
    [
        [FIRST, SECOND],
        [SECOND, FIRST, FIRST],
        OFFSETS,
        [page(*found("p-1"), *found("p-2", mode="include"), OUTCOME, total=1, self="/Patient")],
        [page(*found("p-1"), total=1), page(*found("p-2"), total=1)],
        [page(*found("p-1")), page({"resource": {"resourceType": "Observation", "id": "o-1"}}, total=7)],
        [page(*found("p-1")), page(*found("p-2"), prev="/?page=1", self="/?page=2"), page(self="/?page=1")],
    ],
)
def test_a_search_is_whole_when_all_its_pages_are_there(tmp_path: Path, pages: list[fhir.Json]) -> None:
    """The total counts the matches on all pages, once each."""
    files = {f"Patient.page{n}.json": json.dumps(one).encode() for n, one in enumerate(pages)}

    assert read_export(folder_of(tmp_path, files), fhir.NOW).incomplete == ()


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ([SECOND], "link: its previous page is missing"),
        ([SECOND], "total: the search found 4 resources, of which 2 are there"),
        ([SECOND, SECOND], "total: the search found 4 resources, of which 2 are there"),
        ([FIRST], "link: its next page is missing"),
        ([page(*found("p-1"), prev="/?page=1", self="/?page=2")], "link: its previous page is missing"),
        ([page(*found("p-1"), previous="/?page=1")], "link: its previous page is missing"),
        (
            [page(*found("p-1"), total=24, self="/Patient")],
            "total: the search found 24 resources, of which 1 are there",
        ),
        (OFFSETS[:1], "total: the search found 2 resources, of which 1 are there"),
        (
            [page(*found("p-1"), *found("p-2", mode="include"), OUTCOME, {}, total=2)],
            "total: the search found 2 resources, of which 1 are there",
        ),
        (
            [page(*found("p-1"), total=2), page(*found("p-2"), total=2)],
            "total: the search found 2 resources, of which 1 are there",
        ),
    ],
)
def test_a_search_without_one_of_its_pages_is_a_part(tmp_path: Path, pages: list[fhir.Json], why: str) -> None:
    files = {f"Patient.page{n}.json": json.dumps(one).encode() for n, one in enumerate(pages)}

    export = read_export(folder_of(tmp_path, files), fhir.NOW)

    assert f"Patient.page0.json, {why}" in export.incomplete
    assert RecordKind.PATIENTS in export.doubts.anybody


def manifest(*paths: str, request: str = "a", **more: object) -> bytes:
    """A manifest that lists these files, of the type that begins their paths."""
    output = [{"type": path.partition("/")[0], "url": f"https://x.example/{path}", "count": 1} for path in paths]
    return json.dumps({"transactionTime": "2026-11-23", "request": request, "output": output, **more}).encode()


MORE: fhir.Json = {"link": [{"relation": "next", "url": "https://x.example/manifest?page=2"}]}


@pytest.mark.parametrize(
    ("manifests", "incomplete"),
    [
        ([manifest("Patient/1.ndjson", **MORE)], ["0.json, link: the manifest that follows it is missing"]),
        ([manifest("Patient/1.ndjson", **MORE), manifest("Practitioner/1.ndjson")], []),
        (
            [manifest("Patient/1.ndjson", **MORE), manifest("Practitioner/1.ndjson", request="b")],
            ["0.json, link: the manifest that follows it is missing"],
        ),
        ([manifest("Patient/1.ndjson", link=[{"relation": "self", "url": "x"}, 7])], []),
    ],
)
def test_a_manifest_that_goes_on_elsewhere_is_a_part(
    tmp_path: Path, manifests: list[bytes], incomplete: list[str]
) -> None:
    files = {f"{number}.json": one for number, one in enumerate(manifests)}
    data = {"Patient/1.ndjson": text(fhir.patient("p-1")), "Practitioner/1.ndjson": text(fhir.practitioner("d-1"))}

    assert list(read_export(folder_of(tmp_path, data | files), fhir.NOW).incomplete) == incomplete


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    data = {"Patient/1.ndjson": text(fhir.patient("p-1")), "Practitioner/1.ndjson": text(fhir.practitioner("d-2"))}
    listed = manifest("Patient/1.ndjson", "Practitioner/1.ndjson", "Patient/2.ndjson")

    folder = folder_of(tmp_path, {"manifest.json": listed, **data, "Patient/2.ndjson": text(fhir.patient("p-2"))})
    whole = read_export(folder, fhir.NOW)
    (folder / "Patient" / "1.ndjson").unlink()
    part = read_export(folder, fhir.NOW)

    assert (patients(whole), whole.incomplete, whole.findings) == (["p-1", "p-2"], (), ())
    assert part.incomplete == ("manifest.json, output: 1 of the files of type Patient that it lists are missing",)
