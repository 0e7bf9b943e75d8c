"""The files of an export folder and its sub-folders: which hold resources that are read, and which don't.

Names are those of the FHIR Bulk Data Access guide and what browsers and tools make of them: `Patient.ndjson`,
`Patient.000.ndjson.gz`, `patient-1.ndjson`, `1.Patient.ndjson`, `Patient (1).ndjson`. A file whose name says nothing is
known by its first resource, or by the export's manifest (https://hl7.org/fhir/uv/bulkdata/export.html#response---output-manifest).
"""

import itertools
import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from adapters.fhir.errors import ExportError
from adapters.fhir.manifest import Manifest, Output, by_name, closest, read_manifest, unpacked_name, without_following
from adapters.fhir.types import READ_TYPES
from adapters.fhir.unfinished import is_unfinished

UNFINISHED = "is a download that didn't finish"

_BY_WORD = {kind.lower(): kind for kind in READ_TYPES} | {f"{kind.lower()}s": kind for kind in READ_TYPES}
# The ends of names that hold JSON, whatever a browser put behind them.
_DATA = re.compile(r"\.(ndjson|jsonl|json|gz)\b", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(zip|7z|rar|tar|tgz|bz2|xz|zst)$", re.IGNORECASE)
# What programs write beside what they export.
_BESIDE = frozenset({"log", "logs", "error", "errors", "report", "manifest"})
_LINES = re.compile(r"\.(ndjson|jsonl|gz)\b", re.IGNORECASE)
_TYPE = re.compile(r"(?:\d+[._-])?([A-Z][A-Za-z]+)(?:[ ._(-].*)?\.ndjson(?:\.gz)?")
_WORD = re.compile(r"[A-Za-z]+")
_NUMBER = re.compile(r"\d+")
_SKIPPED_FOLDERS = frozenset({"__MACOSX"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: where it is, its path within the folder, and the type of its resources where that is known.

    `count` is how many resources it has by the manifest of its export.
    """

    path: Path
    name: str
    kind: str | None
    count: int | None = None

    @property
    def order(self) -> tuple[str, str, list[int], str]:
        """By folder, type and number: `Patient.ndjson` before `Patient (1).ndjson`, 9 before 10."""
        numbers = [int(number) for number in _NUMBER.findall(self.path.name)[:8]]
        return str(Path(self.name).parent), self.kind or "~", numbers, self.name


@dataclass(slots=True)
class Folder:
    """The files of an export in the order in which they are read, the others, and what is known to be missing."""

    files: list[SourceFile] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    unread_types: dict[str, str] = field(default_factory=dict)
    manifests: list[Manifest] = field(default_factory=list)
    missing: list[ExportError] = field(default_factory=list)


def open_folder(directory: Path) -> Folder:
    """Look at what is in a folder. Raises ExportError when it is no folder or can't be read."""
    folder = Folder()
    paths = _paths(directory, folder)
    for path in paths:
        manifest = read_manifest(path) if path.suffix.lower() == ".json" else None
        if manifest is not None:
            folder.manifests.append(manifest)
    named = {manifest.path for manifest in folder.manifests}
    listed = by_name(folder.manifests)
    for path in paths:
        if path not in named:
            place = path.relative_to(directory)
            _add(folder, path, place, closest(listed.get(unpacked_name(path.name), ()), PurePosixPath(place)))
    folder.files.sort(key=lambda file: file.order)
    kinds = [(file.path.name, file.kind) for file in folder.files]
    for manifest in folder.manifests:
        folder.missing += manifest.missing(kinds)
        if manifest.why_partial:
            folder.missing.append(ExportError(manifest.path.name, None, "request", manifest.why_partial))
    folder.missing += without_following(folder.manifests)
    return folder


def _add(folder: Folder, path: Path, place: Path, stated: Output | None) -> None:
    name = place.as_posix()
    kind = type_of(path.name) or (stated.kind if stated else None)
    if is_unfinished(path.name):
        folder.missing.append(ExportError(name, None, "", UNFINISHED))
    elif kind in READ_TYPES:
        folder.files.append(SourceFile(path, name, kind, stated.count if stated else None))
    elif _DATA.search(path.name) and (stated or not _tells_errors(folder, path.name)):
        folder.files.append(SourceFile(path, name, None))
    else:
        folder.others.append(name)


def _tells_errors(folder: Folder, name: str) -> bool:
    return any(unpacked_name(name) in manifest.errors for manifest in folder.manifests)


def type_of(name: str) -> str | None:
    """The type that is read of which a file's name speaks, in whatever way it is written."""
    words = [word.lower() for word in _WORD.findall(name)]
    if not _DATA.search(name) and not _ARCHIVE.search(name):
        # Of a file of another kind, such as a note, only the beginning of the name says what is in it.
        words = words[:1]
    pairs = [word + following for word, following in itertools.pairwise(words)]
    return next((_BY_WORD[word] for word in (*pairs, *words) if word in _BY_WORD), None)


def is_ndjson(name: str) -> bool:
    """Whether a file, by its name, holds resources line by line."""
    return bool(_LINES.search(name)) and _BESIDE.isdisjoint(word.lower() for word in _WORD.findall(name))


def unread_type(name: str) -> str | None:
    """The type in the name of a file of resources that aren't read, such as `Encounter.000.ndjson`."""
    found = _TYPE.fullmatch(name)
    return found[1] if found else None


def _paths(directory: Path, folder: Folder) -> list[Path]:
    try:
        # os.walk says nothing of a folder that isn't there.
        next(directory.iterdir(), None)
    except NotADirectoryError:
        raise ExportError(directory.name, None, "", "is not a folder") from None
    except FileNotFoundError:
        raise ExportError(directory.name, None, "", "there is no such folder") from None
    except OSError as error:
        raise ExportError(directory.name, None, "", f"can't be read ({error.strerror})") from None

    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(directory).as_posix()
        folder.missing.append(ExportError(name, None, "", f"can't be read ({error.strerror})"))

    found = []
    for parent, folders, files in os.walk(directory, onerror=unreadable):
        place = Path(parent).relative_to(directory)
        unfinished = sorted(name for name in folders if is_unfinished(name))
        folder.missing += [ExportError((place / name).as_posix(), None, "", UNFINISHED) for name in unfinished]
        folders[:] = sorted(name for name in folders if not _is_beside(name) and name not in unfinished)
        paths = (Path(parent, name) for name in sorted(files) if not name.startswith(".") or is_unfinished(name))
        found += [path for path in paths if path.is_file() or path.is_symlink()]
    return found


def _is_beside(folder: str) -> bool:
    return folder.startswith(".") or folder in _SKIPPED_FOLDERS
