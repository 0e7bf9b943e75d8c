"""What the tests of reading FHIR exports share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.fhir.export import Export, read_export
from tests.samples import fhir

Read = Callable[..., Export]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write some resources as an export and read it."""

    def write_and_read(*resources: fhir.Json) -> Export:
        return read_export(fhir.write(tmp_path / "export", resources), fhir.NOW)

    return write_and_read
