"""One-time links into the portal."""

from sqlalchemy import delete

from adapters.database.session import Session
from adapters.database.tables import portal_link as table
from router.sign_ins import Link


class LinkRepository:
    """See router.sign_ins.Links."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, link: Link) -> None:
        """Store a new link, and forget those that are too old."""
        self._session.connection.execute(delete(table).where(table.c.expires_at < self._session.now))
        whose = {"practice": link.practice, "patient": link.patient, "authorized_user": link.authorized_user}
        self._session.insert(table, [{"digest": link.digest, **whose, "expires_at": link.expires_at}])

    def take(self, digest: str) -> Link | None:
        """The link with this digest, which nobody can take again; None where there is none that still works."""
        taken = delete(table).where(table.c.digest == digest).returning(*table.c)
        row = self._session.connection.execute(taken).one_or_none()
        if row is None or row.expires_at <= self._session.now:
            return None
        return Link(row.digest, row.practice, row.patient, row.authorized_user, row.expires_at)
