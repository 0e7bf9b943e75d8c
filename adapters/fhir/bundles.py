"""What Bundles say of themselves: which pages a search has, how many resources it found, and what was deleted.

See https://hl7.org/fhir/R4/http.html#paging: `total` counts the matches of a whole search, on all of its pages, and
neither what came along with them (`search.mode` include) nor what the server has to say of the search (outcome).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.fhir.errors import ExportError
from adapters.fhir.requests import CHANGES, why_partial
from adapters.fhir.types import READ_TYPES

NO_NEXT_PAGE = "its next page is missing"
FAILED = "the server says that something went wrong in the search"
NO_PREVIOUS_PAGE = "its previous page is missing"

# The parameters by which servers tell the pages of a search apart, where they aren't part of the links between them.
_PAGING = re.compile(
    r"(?<=[?&])_?(?:page|pageno|pagenumber|offset|getpagesoffset|skip|start|startindex|count)=[^&]*&?", re.IGNORECASE
)
_NO_MATCHES = ("include", "outcome")
_ERRORS = ("fatal", "error")
_PREVIOUS = ("previous", "prev")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search: its address and those of its neighbours, and how many matches it and the search have."""

    file: str
    own: str | None
    following: str | None
    previous: str | None
    total: int | None
    matches: int
    is_read: bool = True
    """Whether it may hold resources of the types that are read."""

    @property
    def searches(self) -> list[str]:
        """By what it is known which other pages are of the same search; empty where it stands alone."""
        neighbours = [address for address in (self.following, self.previous) if address is not None]
        if self.own is not None and (neighbours or _PAGING.search(self.own)):
            neighbours.append(self.own)
        return [_PAGING.sub("", address).rstrip("?&") for address in neighbours]


@dataclass(slots=True)
class BundleNotes:
    """What all Bundles of an export say of themselves."""

    pages: list[Page] = field(default_factory=list)
    deletions: dict[str, int] = field(default_factory=dict)
    failed: dict[str, None] = field(default_factory=dict)
    """The files that hold searches of which the server says that they went wrong."""
    partial: dict[str, str] = field(default_factory=dict)
    """Why a file holds only a part of what there is, as was asked for."""

    def take(self, file: str, bundle: Mapping[str, Any]) -> None:
        """Take note of a Bundle."""
        entries = [entry for entry in _list(bundle, "entry") if isinstance(entry, dict)]
        requests = [entry["request"] for entry in entries if isinstance(entry.get("request"), dict)]
        if deletions := sum(request.get("method") == "DELETE" for request in requests):
            self.deletions[file] = deletions
        if any(is_outcome(entry) and _is_error(entry.get("resource")) for entry in entries):
            self.failed[file] = None
        links = {
            link["relation"]: link["url"]
            for link in _list(bundle, "link")
            if isinstance(link, dict) and isinstance(link.get("relation"), str) and isinstance(link.get("url"), str)
        }
        if reason := CHANGES.format("history") if bundle.get("type") == "history" else why_partial(links.get("self")):
            self.partial[file] = reason
        total = bundle.get("total")
        previous = next((links[relation] for relation in _PREVIOUS if relation in links), None)
        known = total if type(total) is int else None
        if links or known is not None:
            matches = [entry["resource"] for entry in entries if _is_match(entry)]
            is_read = not matches or any(one.get("resourceType") in READ_TYPES for one in matches)
            self.pages.append(Page(file, links.get("self"), links.get("next"), previous, known, len(matches), is_read))

    def missing(self) -> Iterator[ExportError]:
        """The searches of which a page isn't there, or which found more than there is."""
        for file in self.failed:
            yield ExportError(file, None, "entry", FAILED)
        for file, reason in self.partial.items():
            yield ExportError(file, None, "link", reason)
        own = {page.own for page in self.pages}
        following = {page.following for page in self.pages}
        for page in self.pages:
            if page.following is not None and page.following not in own:
                yield ExportError(page.file, None, "link", NO_NEXT_PAGE)
            if page.previous is not None and page.previous not in own and page.own not in following - {None}:
                yield ExportError(page.file, None, "link", NO_PREVIOUS_PAGE)
        for pages in _searches(self.pages):
            total = max((page.total for page in pages if page.total is not None), default=0)
            # A page may be there twice.
            counts = {page.own or number: page.matches for number, page in enumerate(pages)}
            if (found := sum(counts.values())) < total and any(page.is_read for page in pages):
                said = f"the search found {total} resources, of which {found} are there"
                yield ExportError(pages[0].file, None, "total", said)


def _searches(pages: list[Page]) -> list[list[Page]]:
    """The pages of each search."""
    known_by: dict[str, str] = {}

    def first(name: str) -> str:
        while known_by.setdefault(name, name) != name:
            known_by[name] = known_by[known_by[name]]
            name = known_by[name]
        return name

    for page in pages:
        for name in page.searches[1:]:
            known_by[first(name)] = first(page.searches[0])
    found: dict[str | int, list[Page]] = {}
    for number, page in enumerate(pages):
        found.setdefault(first(page.searches[0]) if page.searches else number, []).append(page)
    return list(found.values())


def is_outcome(entry: Mapping[str, Any]) -> bool:
    """Whether an entry holds what the server has to say of the search."""
    return _mode(entry) == "outcome"


def _mode(entry: Mapping[str, Any]) -> object:
    search = entry.get("search")
    return search.get("mode") if isinstance(search, dict) else None


def _is_match(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("resource"), dict) and _mode(entry) not in _NO_MATCHES


def _is_error(outcome: object) -> bool:
    issues = _list(outcome, "issue") if isinstance(outcome, dict) else []
    return any(isinstance(issue, dict) and issue.get("severity") in _ERRORS for issue in issues)


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []
