"""What a portal administrator watches over: messages that nobody opens, and addresses that don't work."""

from dataclasses import dataclass
from datetime import timedelta

from router.practice.topics import Topic

# A message that nobody has opened for so long is counted.
OVERDUE_AFTER = timedelta(hours=24)
# A count goes no further than this: it says that something is wrong long before.
UNOPENED_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Unopened:
    """How many messages of a topic at a site (None: without one) were delivered and not opened in time."""

    topic: Topic
    site: str | None
    count: int
