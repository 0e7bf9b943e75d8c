"""Who got something, told on the page that follows: its address names them by id, the page by name."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from fastapi import Request

from adapters.http.ids import practice_id
from router.practice.people import Staff

WHOM = "whom"
# So many are named; that there are more is all that is said of the others.
MOST_NAMED = 4


def address_of(page: str, query: str, whom: Iterable[str]) -> str:
    """The address of a page that names these people."""
    named = urlencode([(WHOM, one) for one in list(whom)[: MOST_NAMED + 1]])
    return f"{page}?{query}&{named}" if named else f"{page}?{query}"


def whom_of(request: Request) -> list[str]:
    """The ids that the page's address names, whether or not the practice knows them."""
    return [practice_id(one) for one in request.query_params.getlist(WHOM)[: MOST_NAMED + 1]]


def whom_in_words(request: Request, staff: Mapping[str, Staff]) -> str:
    """The names of those whom the page's address names, as a part of a sentence; empty for none."""
    names = [staff[one].name for one in whom_of(request) if one in staff]
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and others"
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
