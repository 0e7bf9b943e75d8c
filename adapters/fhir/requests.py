"""What was asked of a server, by the address that it repeats: whether its answer is only a part of what there is.

See `_since` in https://hl7.org/fhir/uv/bulkdata/export.html#query-parameters, and `_lastUpdated`, `_elements` and
`_summary` in https://hl7.org/fhir/R4/search.html. Such an answer says nothing about what it leaves out.
"""

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
_COMPARED = "geqtlsanb"


def tells_subset(tags: object) -> bool:
    """Whether the tags of a resource say that it has some of its elements only."""
    return isinstance(tags, list) and any(isinstance(tag, dict) and tag.get("code") == SUBSETTED for tag in tags)


def why_partial(address: object) -> str | None:
    """Why the answer to a request is only a part, in words; None where it isn't, or nothing is known."""
    if not isinstance(address, str):
        return None
    try:
        asked = parse_qsl(urlsplit(address).query)
    except ValueError:
        return None
    for name, value in asked:
        parameter = name.partition(":")[0]
        if parameter == "_typeFilter" and (reason := why_partial(value)):
            return reason
        if _is_for_changes(parameter.lower(), value):
            return CHANGES.format(parameter)
        if parameter.lower() in _PARTS and value.lower() != "false":
            return ELEMENTS.format(parameter)
    return None


def _is_for_changes(parameter: str, value: str) -> bool:
    moment = value.lstrip(_COMPARED)
    return parameter in _ENDS or (parameter in _MOMENTS and moment >= _BEFORE_ANY)
