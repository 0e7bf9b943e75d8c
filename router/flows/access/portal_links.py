"""One-time links that bring a patient from another system into the portal."""

from dataclasses import dataclass
from datetime import datetime

from router.access.portal_links import LINK_LIFE, Link, LinkSpent, session_token
from router.access.sessions import Holder
from router.access.tokens import digest
from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import NotFound
from router.flows.access.sessions import actor_of, end, start
from router.ports.services import Ids
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class PortalLinks:
    """Makes links and opens sessions for them."""

    database: Database
    ids: Ids

    def make(self, practice: str, patient: str, user: str | None, by: Actor) -> tuple[str, datetime]:
        """Make a link for a patient or one of their authorized users: its token, and until when it works.

        Raises NotFound for a patient or a user who is unknown.
        """
        with self.database.begin() as work:
            known = work.roster.patients(practice, [patient]).get(patient)
            if known is None or not known.active:
                raise NotFound.at("patient", "is not known")
            if user is not None and known.authorized_user(user) is None:
                raise NotFound.at("actor", "is not an authorized user of the patient")
            token, expires = self.ids.secret(), work.now() + LINK_LIFE
            work.portal_links.add(Link(digest(token), practice, patient, user, expires))
            details = {"actor": user} if user else {}
            work.audit.add([AuditEntry(practice, by, Action.LINK_MADE, patient, details)])
            work.commit()
        return token, expires

    def changes_chart(self, token: str, session: str) -> bool:
        """Whether this link opens a different chart, or acts for a different person, than the session of this token."""
        with self.database.look() as work:
            link, current = work.portal_links.get(digest(token)), work.sessions.get(digest(session))
        return link is not None and current is not None and _holder(link) != current.holder

    def enter(self, token: str, replaced: str = "", browser: str = "") -> str:
        """Use up a link and begin a session; the browser's previous session, `replaced`, ends.

        Returns the token of the new session, by which the browser with the secret `browser` finds it again. Raises
        LinkSpent.
        """
        with self.database.begin() as work:
            link = work.portal_links.take(digest(token))
            if link is None:
                raise LinkSpent("Open your messages again from your practice's website.")
            holder = _holder(link)
            end(work, replaced)
            session = start(work, self.ids, holder, session_token(token, browser) if browser else "")
            work.audit.add([AuditEntry(link.practice, actor_of(holder), Action.LINK_USED, link.patient)])
            work.commit()
        return session


def _holder(link: Link) -> Holder:
    return Holder(link.practice, patient=link.patient, authorized_user=link.authorized_user)
