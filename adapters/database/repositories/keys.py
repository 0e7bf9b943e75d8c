"""API keys."""

from sqlalchemy import Row, bindparam, select, update
from typing_extensions import override

from adapters.database.tables import api_key as table
from adapters.database.transaction import Transaction
from router.access.keys import Key
from router.actors import Scope
from router.ports.access import Keys

# Asked by every request: made once.
BY_ID = select(table).where(table.c.id == bindparam("key"))


class KeyRepository(Keys):
    """See router.ports.access.Keys."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def add(self, key: Key) -> None:
        scopes = sorted(scope.value for scope in key.scopes)
        row = {"practice": key.practice, "id": key.id, "digest": key.digest, "scopes": scopes}
        self._transaction.insert(table, [row | {"created_at": key.created_at, "revoked_at": key.revoked_at}])

    @override
    def get(self, key: str) -> Key | None:
        row = self._transaction.execute(BY_ID, {"key": key}).one_or_none()
        return _key(row) if row else None

    @override
    def all(self, practice: str) -> list[Key]:
        found = select(table).where(table.c.practice == practice).order_by(table.c.created_at, table.c.id)
        return [_key(row) for row in self._transaction.execute(found)]

    @override
    def revoke(self, practice: str, key: str) -> bool:
        revoked = (
            update(table)
            .where(table.c.practice == practice, table.c.id == key, table.c.revoked_at.is_(None))
            .values(revoked_at=self._transaction.now())
        )
        return self._transaction.execute(revoked).rowcount > 0


def _key(row: Row[tuple[object, ...]]) -> Key:
    scopes = frozenset(Scope(scope) for scope in row.scopes)
    return Key(row.id, row.practice, scopes, row.digest, row.created_at, row.revoked_at)
