"""Places that lie within a site and are none themselves, though nothing in them says that they are rooms.

Many exports give rooms and departments no `physicalType`, only the place that they are part of. Such a place is a site
of its own only where something about it is its own: its organisation, its address, or a type that names a facility.
Where that can't be told, it stays what it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from adapters.fhir.contents import Contents
from adapters.fhir.entries import Entry
from adapters.fhir.references import Match
from adapters.fhir.resources import Location

LOCATION = "Location"
ORGANIZATION = "Organization"
PART_OF_A_SITE = "is part of a site and has no organisation, address, type or physicalType of its own: no site"

PHYSICAL_TYPE = "location-physical-type"
# What is visited as such, and what is a part of such a place or none, by code and in words. Of a place with another
# type, such as "Clinic" or a code of the program that wrote it, nothing is known that speaks against a site.
_VISITED = frozenset({"si", "bu", "site", "building"})
_LARGER = frozenset({"area", "jdn", "jurisdiction"})
_NOT_VISITED = _LARGER | frozenset(
    {
        "wi", "wing", "wa", "ward", "lvl", "level", "co", "corridor", "ro", "room", "bd", "bed", "ve", "vehicle",
        "ho", "house", "ca", "cabinet", "rd", "road", "vi", "virtual",
    }
)  # fmt: skip
_PARTS = (" room", " bed", " ward", " wing", " corridor")
# What tells a site from a part of one, and what a site can be told from.
_TELLING = ("managingOrganization", "partOf", "address", "type", "mode", "physicalType", "form")
# Facilities among https://terminology.hl7.org/ValueSet-v3-ServiceDeliveryLocationRoleType.html; its other codes are
# used for the departments of one as well.
_FACILITIES = frozenset(
    {"CHR", "FMC", "GACH", "HOSP", "MHSP", "NCCF", "OF", "PC", "PROFF", "PSYCHF", "RH", "RHAT", "RTF", "SNF", "UPC"}
)


@dataclass(slots=True)
class SiteParts:
    """Which places lie within which site; `places` has all of them by id, also those that can't be read completely."""

    contents: Contents
    places: Mapping[str, Entry[Location]]
    is_partial: bool
    """Whether some places couldn't be read at all."""
    _sites: dict[str, str | None] = field(default_factory=dict)
    _unclear: set[str] = field(default_factory=set)

    def site_around(self, place: str) -> str | None:
        """The site that a place is part of, where it is none itself."""
        chain: dict[str, Location] = {}
        above: Location | None = self.places[place].resource
        while above is not None and above.id not in self._sites and above.id not in chain:
            chain[above.id] = above
            above = self._parent(above)
        # From the top; where places refer to one another in a circle, the one that is reached last is the top.
        for location in reversed(chain.values()):
            self._sites[location.id] = self._found(location)
        return self._sites[place]

    def is_unclear(self, location: Location) -> bool:
        """Whether a place may be a part of a site or one itself, by what can't be read or wasn't asked for."""
        is_lost = self.is_partial and location.part_of is not None and self._parent(location) is None
        return location.id in self._unclear or (is_lost and not _says_what_it_is(location))

    def may_be_hidden(self, location: Location) -> bool:
        """Whether a place that counts as a site may be a part of one all the same."""
        is_silent = location.meta.is_subset or self.places[location.id].lacks("partOf")
        return is_silent and not _says_what_it_is(location)

    def _found(self, location: Location) -> str | None:
        seen = {location.id}
        above = self._parent(location)
        while above is not None and above.id not in seen and not _is_no_place(above):
            seen.add(above.id)
            around = self._sites.get(above.id)
            may_be_site = around is None or above.id in self._unclear
            if may_be_site and is_visited(above) and (above.name or "").strip():
                return None if self._is_of_its_own(location, above) else self._part(location, above)
            above = self._parent(above) if around is None else self.places[around].resource
        return None

    def _part(self, location: Location, site: Location) -> str:
        if self._is_open(location) or self._is_open(site):
            self._unclear.add(location.id)
        return site.id

    def _is_open(self, location: Location) -> bool:
        """Whether something that tells it from other places can't be read, or wasn't asked for."""
        return location.meta.is_subset or unreadable_element(self.places[location.id]) is not None

    def _parent(self, location: Location) -> Location | None:
        found = location.part_of and self.contents.index.find(location.part_of, [LOCATION])
        place = self.places.get(found.id) if isinstance(found, Match) and found.type == LOCATION else None
        return place.resource if place else None

    def _is_of_its_own(self, location: Location, site: Location) -> bool:
        if not is_visited(location):
            return False
        if _says_what_it_is(location):
            return True
        # What a site doesn't tell may be the same.
        is_open = self._is_open(site)
        is_comparable = bool(site.managing_organization) or not is_open
        is_managed = bool(location.managing_organization) and self._manager(location) != self._manager(site)
        is_elsewhere = location.address.is_elsewhere(site.address) and (site.address.is_given or not is_open)
        return (is_managed and is_comparable) or is_elsewhere

    def _manager(self, location: Location) -> object:
        manager = location.managing_organization
        return manager and self.contents.index.key(manager, ORGANIZATION)


def unreadable_element(entry: Entry[Location]) -> str | None:
    """An element that tells a site from a part of one, and can't be read."""
    location = entry.resource
    unread = {"address": not location.address.is_readable, "type": not location.type.is_readable}
    return next((name for name in _TELLING if entry.lacks(name) or unread.get(name)), None)


def is_visited(location: Location) -> bool:
    """Whether patients visit a place as such, as far as it says."""
    words = _words(location)
    return not _VISITED.isdisjoint(words) or not any(word in _NOT_VISITED or word.endswith(_PARTS) for word in words)


def _is_no_place(location: Location) -> bool:
    """Whether a place is wider than any site, such as a county, or a kind of places."""
    return location.mode == "kind" or not _LARGER.isdisjoint(_words(location))


def _says_what_it_is(location: Location) -> bool:
    """Whether a place has a `physicalType`, or a type that names a facility."""
    return bool(_words(location)) or not _FACILITIES.isdisjoint(location.type.codes)


def _words(location: Location) -> list[str]:
    kind = location.physical_type or location.form
    if kind is None:
        return []
    codings = kind.coding
    # Other systems may mean something else by the same letters.
    known = [coding for coding in codings if PHYSICAL_TYPE in (coding.system or PHYSICAL_TYPE)]
    texts: Iterable[str | None] = (
        *(coding.code for coding in known),
        *(coding.display for coding in codings),
        kind.text,
    )
    return [text.strip().lower() for text in texts if text and text.strip()]
