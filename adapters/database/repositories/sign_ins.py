"""Passwords of staff and operators, and tries that went wrong."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from adapters.database.tables import operator, sign_in_attempt, staff_password
from adapters.database.transaction import Transaction

FORGOTTEN_AFTER = timedelta(days=1)


class SignInRepository:
    """See router.ports.access.SignIns."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def password(self, practice: str, staff: str) -> str | None:
        """What is stored of somebody's password; None when they have none."""
        table = staff_password
        found = select(table.c.password).where(table.c.practice == practice, table.c.staff == staff)
        stored: str | None = self._transaction.execute(found).scalar_one_or_none()
        return stored

    def with_password(self, practice: str) -> set[str]:
        """The staff who have one."""
        found = select(staff_password.c.staff).where(staff_password.c.practice == practice)
        return set(self._transaction.execute(found).scalars())

    def set_password(self, practice: str, staff: str, stored: str) -> None:
        """Set it, in place of the one they had."""
        row = {"practice": practice, "staff": staff, "password": stored, "set_at": self._transaction.now()}
        self._transaction.upsert(staff_password, [row])

    def operator_password(self, operator_name: str) -> str | None:
        """The same of an operator."""
        found = select(operator.c.password).where(operator.c.name == operator_name)
        stored: str | None = self._transaction.execute(found).scalar_one_or_none()
        return stored

    def add_operator(self, operator_name: str, stored: str) -> bool:
        """Store a new operator; False when the name is taken."""
        if self.operator_password(operator_name) is not None:
            return False
        row = {"name": operator_name, "password": stored, "created_at": self._transaction.now()}
        self._transaction.insert(operator, [row])
        return True

    def set_operator_password(self, operator_name: str, stored: str) -> bool:
        """Set it, in place of the one they had; False when there is no such operator."""
        known = update(operator).where(operator.c.name == operator_name).values(password=stored)
        return self._transaction.execute(known).rowcount > 0

    def tries(self, digest: str) -> tuple[int, datetime] | None:
        """How many tries went wrong in a row and from when the next may be; held until the transaction ends."""
        table = sign_in_attempt
        # A row that isn't there can't be held: it is made first, so that tries at the same time take turns.
        moments = {"last_at": self._transaction.now(), "next_at": self._transaction.now()}
        self._transaction.insert_missing(table, [{"digest": digest, "failures": 0, **moments}])
        found = select(table).where(table.c.digest == digest).with_for_update()
        row = self._transaction.execute(found).one()
        return row.failures, row.next_at

    def count_try(self, digest: str, failures: int, next_at: datetime) -> None:
        """Remember that, and forget what is older than a day."""
        table, now = sign_in_attempt, self._transaction.now()
        # What somebody else holds is in use, and waiting for it could end in a circle.
        old = select(table.c.digest).where(table.c.last_at < now - FORGOTTEN_AFTER).with_for_update(skip_locked=True)
        self._transaction.execute(delete(table).where(table.c.digest.in_(old)))
        row = {"digest": digest, "failures": failures, "last_at": now, "next_at": next_at}
        self._transaction.upsert(table, [row])

    def forget_tries(self, digest: str) -> None:
        """The password was right, or is new."""
        self._transaction.execute(delete(sign_in_attempt).where(sign_in_attempt.c.digest == digest))
