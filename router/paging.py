"""Where a page of a list begins."""

from datetime import datetime
from uuid import UUID

# Where a page of a list begins: the moment and the id of the last one shown.
Position = tuple[datetime, UUID]
