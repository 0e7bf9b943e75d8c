"""One-time links into the portal."""

from collections.abc import Collection

from sqlalchemy import Executable, delete, select
from typing_extensions import override

from adapters.database.repositories import expiry
from adapters.database.tables import portal_link as table
from adapters.database.transaction import Transaction
from router.access.portal_links import Link
from router.ports.access import Links


class PortalLinkRepository(Links):
    """See router.ports.access.Links."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def add(self, link: Link) -> None:
        expiry.forget(self._transaction, table, table.c.expires_at, self._transaction.now(), expiry.A_FEW)
        whose = {"practice": link.practice, "patient": link.patient, "authorized_user": link.authorized_user}
        self._transaction.insert(table, [{"digest": link.digest, **whose, "expires_at": link.expires_at}])

    @override
    def take(self, digest: str) -> Link | None:
        return self._read(delete(table).where(table.c.digest == digest).returning(*table.c))

    @override
    def get(self, digest: str) -> Link | None:
        return self._read(select(table).where(table.c.digest == digest))

    @override
    def end_of(self, practice: str, patients: Collection[str]) -> None:
        theirs = (table.c.practice == practice) & self._transaction.one_of(table.c.patient, patients)
        self._transaction.execute(delete(table).where(theirs))

    def _read(self, statement: Executable) -> Link | None:
        row = self._transaction.execute(statement).one_or_none()
        if row is None or row.expires_at <= self._transaction.now():
            return None
        return Link(row.digest, row.practice, row.patient, row.authorized_user, row.expires_at)
