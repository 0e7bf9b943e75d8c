"""What was asked of a server, by the address that it repeats: whether its answer is only a part of what there is.

See `_since` in https://hl7.org/fhir/uv/bulkdata/export.html#query-parameters, and `_lastUpdated`, `_elements` and
`_summary` in https://hl7.org/fhir/R4/search.html. Such an answer says nothing about what it leaves out.
"""

import re
from itertools import chain
from urllib.parse import parse_qsl, urlsplit

CHANGES = "holds only what has changed, as was asked for ({}): what hasn't changed is not in it"
ELEMENTS = "holds only parts of each resource, as was asked for ({}): what else is known is not in it"
# See https://hl7.org/fhir/R4/search.html#elements.
SUBSETTED = "SUBSETTED"
# Who asks for what has changed since such a year asks for everything.
_BEFORE_ANY = "1990"
_MOMENTS = {"_since", "_lastupdated"}
_ENDS = {"_until"}
_PARTS = {"_elements", "_summary"}
# With these, `_summary` leaves out nothing but the text for people to read.
_WHOLE = {"false", "data"}
_FILTERS = "_typefilter"
# Filters are searches, separated by commas, as the values in them are too: a type and a question mark start the next.
_NEXT_FILTER = re.compile(r",\s*(?=[A-Z][A-Za-z]*\?)")
_COMPARED = "geqtlsanb"


def tells_subset(tags: object) -> bool:
    """Whether the tags of a resource say that it has some of its elements only."""
    return isinstance(tags, list) and any(isinstance(tag, dict) and tag.get("code") == SUBSETTED for tag in tags)


def why_partial(address: object) -> str | None:
    """Why the answer to a request is only a part, in words; None where it isn't, or nothing is known."""
    if not isinstance(address, str):
        return None
    asked = _parameters(address)
    filters = (search for name, value in asked if name.lower() == _FILTERS for search in _NEXT_FILTER.split(value))
    for name, value in (*asked, *chain.from_iterable(map(_parameters, filters))):
        parameter = name.partition(":")[0]
        if _is_for_changes(parameter.lower(), value):
            return CHANGES.format(parameter)
        if parameter.lower() in _PARTS and value.lower() not in _WHOLE:
            return ELEMENTS.format(parameter)
    return None


def _parameters(address: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(address).query)
    except ValueError:
        return []


def _is_for_changes(parameter: str, value: str) -> bool:
    moment = value.lstrip(_COMPARED)
    return parameter in _ENDS or (parameter in _MOMENTS and moment >= _BEFORE_ANY)
