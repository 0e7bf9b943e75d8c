"""What the tests of reading FHIR exports share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.samples import fhir
from tests.samples.exports import WholeExport, read_export

Read = Callable[..., WholeExport]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write some resources as an export and read it."""

    def write_and_read(*resources: fhir.Json) -> WholeExport:
        return read_export(fhir.write(tmp_path / "export", resources), fhir.NOW)

    return write_and_read
