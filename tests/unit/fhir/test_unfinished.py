"""Downloads that are under way: the export isn't all there."""

from pathlib import Path

import pytest

from adapters.fhir.files import UNFINISHED
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.unit.fhir.folders import folder_of, patients, text


@pytest.mark.parametrize(
    "name",
    [
        ".Patient.001.ndjson.gz.a8Xk2P",
        ".azDownload-3f8a-Patient.001.ndjson",
        ".Patient.001.ndjson.icloud",
        "Patient.001.ndjson.crdownload",
        "Unconfirmed 482917.crdownload",
        "Patient.001.ndjson.opdownload",
        "Patient.001.ndjson_.gstmp",
        "Patient.001.ndjson.aria2",
        "Patient.001.ndjson.a1b2c3d4.partial",
        "Patient.001.ndjson.6eF7aB21",
        "Qz8-x_2A.ndjson.part",
        "Patient.001.ndjson.download/Patient.001.ndjson",
        ".~tmp~/Patient.001.ndjson",
        ".rsync-partial/Patient.001.ndjson",
    ],
)
def test_an_export_with_a_download_under_way_is_a_part(tmp_path: Path, name: str) -> None:
    """Safari and rsync make a folder, in which there is what has come so far."""
    files = {"Patient.000.ndjson": text(fhir.patient("p-0")), f"deep/{name}": text(fhir.patient("p-1"))}

    export = read_export(folder_of(tmp_path, files), fhir.NOW)

    assert export.incomplete == (f"deep/{name.partition('/')[0]}: {UNFINISHED}",)
    assert patients(export) == ["p-0"]


@pytest.mark.parametrize(
    "name",
    [
        "._Patient.000.ndjson",
        ".DS_Store",
        ".Patient.000.ndjson.crc",
        ".Patient.000.ndjson.swp",
        ".~lock.Patient.000.json#",
        ".git/Patient.001.ndjson",
        "notes.tmp",
        "download.log",
        "__MACOSX/Patient.000.ndjson",
    ],
)
def test_what_stands_beside_an_export_is_no_part_of_it(tmp_path: Path, name: str) -> None:
    data = {"Patient.000.ndjson": text(fhir.patient("p-0")), name: b"\x00\x05"}

    export = read_export(folder_of(tmp_path, data), fhir.NOW)

    assert (export.incomplete, patients(export)) == ((), ["p-0"])


@pytest.mark.parametrize("name", ["Patient.ndjson.20261123", "Patient.ndjson.backup", "Patient.ndjson.old"])
def test_a_file_that_somebody_renamed_is_read(tmp_path: Path, name: str) -> None:
    export = read_export(folder_of(tmp_path, {name: text(fhir.patient("p-0"))}), fhir.NOW)

    assert (export.incomplete, patients(export)) == ((), ["p-0"])
