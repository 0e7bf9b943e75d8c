"""Passwords of staff and operators, and tries that went wrong."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from typing_extensions import override

from adapters.database.repositories import expiry
from adapters.database.tables import known_device, operator, sign_in_attempt, staff_password
from adapters.database.transaction import Transaction
from router.access.sign_ins import DEVICE_LIFE, OperatorAccount
from router.ports.access import SignIns

FORGOTTEN_AFTER = timedelta(days=1)


class SignInRepository(SignIns):
    """See router.ports.access.SignIns."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def password(self, practice: str, staff: str, *, hold: bool = False) -> str | None:
        table = staff_password
        found = select(table.c.password).where(table.c.practice == practice, table.c.staff == staff)
        stored: str | None = self._transaction.execute(found.with_for_update() if hold else found).scalar_one_or_none()
        return stored

    @override
    def with_password(self, practice: str) -> set[str]:
        found = select(staff_password.c.staff).where(staff_password.c.practice == practice)
        return set(self._transaction.execute(found).scalars())

    @override
    def set_password(self, practice: str, staff: str, stored: str) -> None:
        row = {"practice": practice, "staff": staff, "password": stored, "set_at": self._transaction.now()}
        self._transaction.upsert(staff_password, [row])

    @override
    def operator_password(self, operator_name: str, *, hold: bool = False) -> str | None:
        found = select(operator.c.password).where(operator.c.name == operator_name)
        stored: str | None = self._transaction.execute(found.with_for_update() if hold else found).scalar_one_or_none()
        return stored

    @override
    def add_operator(self, operator_name: str, stored: str) -> bool:
        if self.operator_password(operator_name) is not None:
            return False
        row = {"name": operator_name, "password": stored, "created_at": self._transaction.now()}
        self._transaction.insert(operator, [row])
        return True

    @override
    def set_operator_password(self, operator_name: str, stored: str) -> bool:
        known = update(operator).where(operator.c.name == operator_name).values(password=stored)
        return self._transaction.execute(known).rowcount > 0

    @override
    def operators(self) -> list[OperatorAccount]:
        found = select(operator.c.name, operator.c.created_at).order_by(operator.c.name)
        return [OperatorAccount(row.name, row.created_at) for row in self._transaction.execute(found)]

    @override
    def remove_operator(self, operator_name: str) -> bool:
        removed = delete(operator).where(operator.c.name == operator_name)
        return self._transaction.execute(removed).rowcount > 0

    @override
    def people_of(self, device: str) -> set[str]:
        found = select(known_device.c.person).where(known_device.c.digest == device)
        return set(self._transaction.execute(found).scalars())

    @override
    def remember_device(self, device: str, person: str) -> None:
        now = self._transaction.now()
        expiry.forget(self._transaction, known_device, known_device.c.seen_at, now - DEVICE_LIFE, expiry.A_FEW)
        self._transaction.upsert(known_device, [{"digest": device, "person": person, "seen_at": now}])

    @override
    def tries(self, digest: str) -> tuple[int, datetime] | None:
        table = sign_in_attempt
        # A row that isn't there can't be held: it is made first, so that tries at the same time take turns.
        moments = {"last_at": self._transaction.now(), "next_at": self._transaction.now()}
        self._transaction.insert_missing(table, [{"digest": digest, "failures": 0, **moments}])
        found = select(table).where(table.c.digest == digest).with_for_update()
        row = self._transaction.execute(found).one()
        return row.failures, row.next_at

    @override
    def count_try(self, digest: str, failures: int, next_at: datetime) -> None:
        table, now = sign_in_attempt, self._transaction.now()
        expiry.forget(self._transaction, table, table.c.last_at, now - FORGOTTEN_AFTER, expiry.A_FEW)
        row = {"digest": digest, "failures": failures, "last_at": now, "next_at": next_at}
        self._transaction.upsert(table, [row])

    @override
    def forget_tries(self, digest: str) -> None:
        self._transaction.execute(delete(sign_in_attempt).where(sign_in_attempt.c.digest == digest))
