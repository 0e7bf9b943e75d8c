"""What the flows need from the outside: a database, hints, mail, ids and secrets. Adapters implement these."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.notification import Answer, Mail
from router.oversight import Oversight
from router.password_links import PasswordLinks
from router.quarantine import Quarantines
from router.repositories import (
    Absences,
    Answers,
    AuditLog,
    Conversations,
    Distributions,
    Events,
    Inboxes,
    Keys,
    Messages,
    Notifications,
    Operations,
    Practices,
    Reconciliation,
    Rosters,
    Routing,
    Traces,
)
from router.sign_ins import Links, Sessions, SignIns


class UnitOfWork(Protocol):
    """One transaction. Nothing is stored unless `commit` is called before it ends."""

    @property
    def practices(self) -> Practices:
        """The tenants."""

    @property
    def rosters(self) -> Rosters:
        """Sites, staff, patients and care teams."""

    @property
    def absences(self) -> Absences:
        """Who is away."""

    @property
    def distributions(self) -> Distributions:
        """The settings and their versions."""

    @property
    def messages(self) -> Messages:
        """What patients wrote."""

    @property
    def routing(self) -> Routing:
        """Accepted messages on their way into inboxes."""

    @property
    def inboxes(self) -> Inboxes:
        """Deliveries as staff see them."""

    @property
    def conversations(self) -> Conversations:
        """Conversations as the patient's side reads them."""

    @property
    def answers(self) -> Answers:
        """What staff answer, claim and hand on."""

    @property
    def traces(self) -> Traces:
        """Everything that happened to one message."""

    @property
    def events(self) -> Events:
        """What frontends hear of."""

    @property
    def notifications(self) -> Notifications:
        """Emails that are due, leased, sent or parked."""

    @property
    def operations(self) -> Operations:
        """What operators look at."""

    @property
    def reconciliation(self) -> Reconciliation:
        """The promises, checked from the tables."""

    @property
    def keys(self) -> Keys:
        """API keys."""

    @property
    def sign_ins(self) -> SignIns:
        """Passwords, and how often they were wrong."""

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""

    @property
    def links(self) -> Links:
        """One-time links into the portal."""

    @property
    def password_links(self) -> PasswordLinks:
        """One-time links by which staff choose a password."""

    @property
    def quarantine(self) -> Quarantines:
        """What came over the broker and could not be taken."""

    @property
    def oversight(self) -> Oversight:
        """Counts for portal administrators."""

    @property
    def audit(self) -> AuditLog:
        """The append-only record."""

    @property
    def now(self) -> datetime:
        """The database's clock when it was first asked in this transaction, in UTC: the only clock there is."""

    def commit(self) -> None:
        """Store everything. Raises UnknownOutcomeError when the connection is lost meanwhile."""


class Database(Protocol):
    """Opens units of work."""

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that writes. Raises UnavailableError when the database can't be reached or is full."""

    def look(self) -> AbstractContextManager[UnitOfWork]:
        """Reading only, for what leaves no audit row; each question may see what was committed since the last one."""

    def snapshot(self) -> AbstractContextManager[UnitOfWork]:
        """Reading only, everything as of one moment."""


class Hints(Protocol):
    """Tells workers that there is work. A lost hint costs delay, so nothing is raised and nothing waits."""

    def route(self) -> None:
        """Messages wait for routing, or will in a moment."""

    def notify(self) -> None:
        """Notifications are due."""

    def burst(self, batches: Mapping[str, int]) -> None:
        """As many hints as the backlog of each queue, `route` and `notify`, has batches."""


class Mailer(Protocol):
    """Sends email; see router.notification for what an answer means."""

    def send(self, mails: Sequence[Mail], at: datetime) -> list[Answer]:
        """Send all of them, one answer each in the same order; raises nothing for what a mail server does."""


class Passwords(Protocol):
    """Keeps passwords so that nobody can read them. Both calls take long on purpose: never on an event loop."""

    def hash(self, password: str) -> str:
        """What is stored."""

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; takes as long where there is none, and answers False."""


class LinkTokens(Protocol):
    """Makes the tokens of links in emails from a secret of the installation, so that they need not be stored."""

    def of(self, notification: UUID) -> str:
        """The token in the email of this notification: always the same, and nobody without the secret can make it."""


class Ids(Protocol):
    """Makes what must be unique or secret."""

    def new(self) -> UUID:
        """A UUIDv7 (RFC 9562), later ones sorting later."""

    def secret(self) -> str:
        """A random text that can't be guessed, safe in URLs."""
