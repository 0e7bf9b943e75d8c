"""What waits: rows that are narrow and gone as soon as the work is done."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String, Table, Uuid

from adapters.database.tables.base import metadata
from adapters.database.types import Moment

# A row points to a message that is accepted, and says since when it is due. The key, which is the only index, leads
# with the second of that moment: what was there before is dead but may have to be kept for somebody's snapshot, and is
# passed over by beginning at a later second.
waiting = Table(
    "waiting",
    metadata,
    Column("practice", String, nullable=False),
    Column("kind", String, nullable=False),
    # Since 1970, in UTC.
    Column("second", BigInteger, nullable=False, autoincrement=False),
    Column("due_at", Moment, nullable=False),
    Column("id", Uuid, nullable=False),
    PrimaryKeyConstraint("kind", "second", "practice", "due_at", "id"),
)
