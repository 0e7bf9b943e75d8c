"""The manifest of a bulk export: which files it consists of.

See https://hl7.org/fhir/uv/bulkdata/export.html#response---output-manifest: `output`, `deleted` and `error` list files,
each with `type`, `url` and sometimes `count`. Long lists are spread over several manifests, of which each but the last
has a `link` to the next one.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from adapters.fhir.errors import ExportError
from adapters.fhir.requests import why_partial
from adapters.fhir.types import READ_TYPES

# A manifest is a short list; a file that is longer is a Bundle.
_LONGEST = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a manifest lists: its path, the type of its resources, and how many it has, where that is said."""

    path: PurePosixPath
    kind: str
    count: int | None

    @property
    def name(self) -> str:
        """Its name, as it is once it is unpacked."""
        return unpacked_name(self.path.name)

    def likeness(self, path: PurePosixPath) -> int:
        """How many parts, from the last one, this path has in common with that of another file of the same name."""
        pairs = zip(reversed(self.path.parts[:-1]), reversed(path.parts[:-1]), strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest: the files that it lists, and what else it says."""

    path: Path
    output: tuple[Output, ...]
    export: str
    """What the manifests of one export have in common, where there are several."""
    has_following: bool
    errors: frozenset[str]
    """The names of the files that say what went wrong."""
    has_deletions: bool
    has_errors: bool
    why_partial: str | None = None
    """Why the export is only a part of what there is, as was asked for, in words."""

    def missing(self, files: Sequence[tuple[str, str | None]]) -> list[ExportError]:
        """What is listed but isn't there, neither by its name nor under another name.

        `files` holds the names of the files that are there, each with the type that is read of which it speaks.
        """
        there = Counter((unpacked_name(name), kind) for name, kind in files)
        spare = Counter(kind for _, kind in files if kind)
        absent: Counter[str] = Counter()
        for file in self.output:
            fitting = [kind for kind in (file.kind, None) if there[file.name, kind]]
            if file.name and fitting:
                there[file.name, fitting[0]] -= 1
                spare[file.kind] -= 1
            elif file.kind in READ_TYPES:
                absent[file.kind] += 1
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
    errors = value["error"] if isinstance(value.get("error"), list) else []
    links = value.get("link")
    return Manifest(
        path,
        _outputs(value["output"]),
        export=json.dumps([value.get("transactionTime"), value.get("request")]),
        has_following=isinstance(links, list) and any(map(_is_next, links)),
        errors=frozenset(file.name for file in _outputs(errors)),
        has_deletions=bool(value.get("deleted")),
        has_errors=bool(value.get("error")),
        why_partial=why_partial(value.get("request")),
    )


def without_following(manifests: Sequence[Manifest]) -> Iterator[ExportError]:
    """The exports whose list of files goes on in a manifest that isn't there: one follows each that says so."""
    there = Counter(manifest.export for manifest in manifests)
    naming = [manifest for manifest in manifests if manifest.has_following]
    following = Counter(manifest.export for manifest in naming)
    for manifest in naming:
        if following[manifest.export] >= there[manifest.export]:
            yield ExportError(manifest.path.name, None, "link", "the manifest that follows it is missing")


def by_name(manifests: Sequence[Manifest]) -> Mapping[str, Sequence[Output]]:
    """The files that are listed, by name; in several folders there may be files of one name."""
    found: dict[str, list[Output]] = {}
    for manifest in manifests:
        for file in manifest.output:
            found.setdefault(file.name, []).append(file)
    return found


def closest(files: Sequence[Output], path: PurePosixPath) -> Output | None:
    """Which of the files of one name is the one at a path; None where that can't be told."""
    likeness = max((file.likeness(path) for file in files), default=0)
    found = {(file.kind, file.count): file for file in files if file.likeness(path) == likeness}
    return next(iter(found.values())) if len(found) == 1 else None


def unpacked_name(name: str) -> str:
    """The name of a file without the end that says that it is packed."""
    return name.removesuffix(".gz")


def _outputs(files: list[object]) -> tuple[Output, ...]:
    return tuple(_output(file) for file in files if isinstance(file, dict))


def _output(file: Mapping[str, Any]) -> Output:
    count = file.get("count")
    try:
        path = unquote(urlsplit(str(file.get("url"))).path)
    except ValueError:
        path = ""
    # What ends with a slash has no name.
    path = "" if path.endswith("/") else path
    return Output(PurePosixPath(path), str(file.get("type")), count if type(count) is int else None)


def _is_next(link: object) -> bool:
    return isinstance(link, dict) and link.get("relation") == "next"
