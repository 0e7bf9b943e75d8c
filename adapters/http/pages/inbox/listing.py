"""Where in the inbox somebody is: which part, topic, site, order and page. It stands in addresses, words never do."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends

from adapters.http.cursors import inbox_in
from adapters.http.ids import practice_id
from router.errors import Invalid
from router.flows.staff.inbox import InboxListing, InboxView
from router.messages.inbox import InboxCursor, InboxSort
from router.messages.priority import Priority
from router.practice.topics import Topic

SEARCH = "search"
SORTS = ((InboxSort.NEWEST, "Newest first"), (InboxSort.OLDEST, "Oldest first"), (InboxSort.WAITING, "Longest waiting"))


@dataclass(frozen=True, slots=True)
class ListPlace:
    """The parameters of an address; what nobody could have chosen counts as not given."""

    view: str = ""
    sort: str = ""
    topic: str = ""
    site: str = ""
    priority: str = ""
    before: str = ""

    @property
    def is_search(self) -> bool:
        """Whether a message was opened from a search."""
        return self.view == SEARCH

    @property
    def listing(self) -> InboxListing:
        """What is listed."""
        return InboxListing(
            InboxView(self.view) if self.view in list(InboxView) else InboxView.OPEN,
            InboxSort(self.sort) if self.sort in list(InboxSort) else InboxSort.NEWEST,
            Topic(self.topic) if self.topic in list(Topic) else None,
            practice_id(self.site) or None,
            Priority(self.priority) if self.priority in list(Priority) else None,
        )

    @property
    def cursor(self) -> InboxCursor | None:
        """Where the page begins. Raises Invalid."""
        return inbox_in(self.cursor_name, self.before or None)

    @property
    def opened_from(self) -> InboxCursor | None:
        """The page that a message was opened from."""
        try:
            return self.cursor
        except Invalid:
            return None

    @property
    def cursor_name(self) -> str:
        """The name of this list's cursors: each order has its own."""
        return f"inbox-{self.listing.sort}"

    def query(self, **changes: str) -> str:
        """The address's parameters, with these in place of its own."""
        listing = self.listing
        given = {
            "view": SEARCH if self.is_search else str(listing.view),
            "sort": "" if listing.sort is InboxSort.NEWEST else str(listing.sort),
            "topic": str(listing.topic or ""),
            "site": listing.site or "",
            "priority": str(listing.priority or ""),
            "before": self.before,
        } | changes
        return urlencode({name: value for name, value in given.items() if value})


Place = Annotated[ListPlace, Depends(ListPlace)]
