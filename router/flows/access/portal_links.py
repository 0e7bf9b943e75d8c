"""One-time links: how a patient comes from another system into the portal."""

from dataclasses import dataclass
from datetime import datetime

from router.access.portal_links import LINK_LIFE, Link, LinkSpent
from router.access.sessions import Holder
from router.access.tokens import digest
from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import NotFound
from router.flows.access.sessions import actor_of, start
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

    def enter(self, token: str) -> str:
        """Use a link up and begin a session; returns the session's token. Raises LinkSpent."""
        with self.database.begin() as work:
            link = work.portal_links.take(digest(token))
            if link is None:
                raise LinkSpent("Go back to where you came from and open the portal again.")
            holder = Holder(link.practice, patient=link.patient, authorized_user=link.authorized_user)
            session = start(work, self.ids, holder)
            work.audit.add([AuditEntry(link.practice, actor_of(holder), Action.LINK_USED, link.patient)])
            work.commit()
        return session
