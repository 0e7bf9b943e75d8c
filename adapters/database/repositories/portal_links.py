"""One-time links into the portal."""

from sqlalchemy import delete

from adapters.database.tables import portal_link as table
from adapters.database.transaction import Transaction
from router.access.portal_links import Link


class PortalLinkRepository:
    """See router.ports.access.Links."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, link: Link) -> None:
        """Store a new link, and forget those that are too old."""
        self._transaction.execute(delete(table).where(table.c.expires_at < self._transaction.now()))
        whose = {"practice": link.practice, "patient": link.patient, "authorized_user": link.authorized_user}
        self._transaction.insert(table, [{"digest": link.digest, **whose, "expires_at": link.expires_at}])

    def take(self, digest: str) -> Link | None:
        """The link with this digest, which nobody can take again; None where there is none that still works."""
        taken = delete(table).where(table.c.digest == digest).returning(*table.c)
        row = self._transaction.execute(taken).one_or_none()
        if row is None or row.expires_at <= self._transaction.now():
            return None
        return Link(row.digest, row.practice, row.patient, row.authorized_user, row.expires_at)
