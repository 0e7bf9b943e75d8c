"""Deleting what has expired along the way: a little at a time, and never waiting for what somebody else holds."""

from datetime import datetime

from sqlalchemy import Column, Table, select

from adapters.database.transaction import Transaction

# More than is added along the way, so that nothing piles up.
A_FEW = 100
# For those who come for nothing else, and come again soon.
MANY = 5_000


def forget(transaction: Transaction, table: Table, moment: Column[datetime], before: datetime, most: int) -> int:
    """Delete the rows with the oldest moments before this one; returns how many they were.

    Rows of other practices are among them: a transaction that holds one, maybe for long, deletes it or lets it go.
    """
    # Names of columns are more than texts, which the rows that travel together must have.
    keys = [str(column.name) for column in table.primary_key]
    old = select(*(table.c[name] for name in keys)).where(moment < before).order_by(moment).limit(most)
    found = transaction.execute(old.with_for_update(skip_locked=True)).all()
    transaction.delete_many(table, [dict(zip(keys, row, strict=True)) for row in found])
    return len(found)
