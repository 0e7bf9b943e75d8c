"""What people who have left still have."""

from sqlalchemy import Column, Uuid

from adapters.database.tables.base import owned, to_practice

# A practice in which deliveries of leavers are still to be routed again, in the order of their ids.
leaver_return = owned(
    "leaver_return",
    # The last one that has been.
    Column("after", Uuid, nullable=False),
    to_practice(),
    key=(),
)
