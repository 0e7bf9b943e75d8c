"""The manifest of a bulk export: which files it consists of.

See https://hl7.org/fhir/uv/bulkdata/export.html#response---output-manifest: `output`, `deleted` and `error` list files,
each with `type`, `url` and sometimes `count`.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from adapters.fhir.errors import ExportError
from adapters.fhir.types import READ_TYPES

# A manifest is a short list; a file that is longer is a Bundle.
_LONGEST = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest: the type of each file that it lists, by the file's name, and what else it says."""

    path: Path
    output: tuple[tuple[str, str], ...]
    """The name and the type of each file, in order."""
    counts: Mapping[str, int]
    """How many resources a file has, by its name, where that is said."""
    has_deletions: bool
    has_errors: bool

    @property
    def types(self) -> Mapping[str, str]:
        """The type of each file by its name, and by the name that it has once it is packed."""
        return dict(self.output) | {f"{name}.gz": kind for name, kind in self.output}

    def missing(self, kinds: Mapping[str, str | None]) -> list[ExportError]:
        """What is listed but isn't there, neither by its name nor under another name.

        `kinds` holds the names of the files that are there, each with the type that is read of which it speaks.
        """
        absent = Counter(kind for name, kind in self.output if not _is_there(name, kinds) and kind in READ_TYPES)
        spare = Counter(kind for kind in kinds.values() if kind)
        spare.subtract(kind for name, kind in self.output if _is_there(name, kinds))
        return [
            ExportError(
                self.path.name, None, "output", f"{count} of the files of type {kind} that it lists are missing"
            )
            for kind, count in absent.items()
            if spare[kind] < count
        ]


def read_manifest(path: Path) -> Manifest | None:
    """The manifest that a file holds; None when it holds something else."""
    try:
        if path.stat().st_size > _LONGEST:
            return None
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not isinstance(value.get("output"), list) or "resourceType" in value:
        return None
    listed = [file for file in value["output"] if isinstance(file, dict)]
    output = tuple((_name(file), str(file.get("type"))) for file in listed)
    counted = {_name(file): file["count"] for file in listed if type(file.get("count")) is int}
    counts = counted | {f"{name}.gz": count for name, count in counted.items()}
    has_deletions, has_errors = bool(value.get("deleted")), bool(value.get("error"))
    return Manifest(path, output, counts, has_deletions=has_deletions, has_errors=has_errors)


def _name(file: Mapping[str, Any]) -> str:
    try:
        return unquote(urlsplit(str(file.get("url"))).path).rpartition("/")[2]
    except ValueError:
        return ""


def _is_there(name: str, names: Collection[str]) -> bool:
    return bool(name) and (name in names or f"{name}.gz" in names)
