"""What the flows need from the outside: a database, hints, mail, ids and secrets. Adapters implement these."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from router.ports.access import Keys, Links, PasswordLinks, Sessions, SignIns
from router.ports.conversation_news import ConversationNews
from router.ports.conversations import Conversations, Events, Replies, Traces
from router.ports.coverage import Coverage
from router.ports.drafts import StaffDrafts
from router.ports.email_choices import EmailChoices
from router.ports.inbox import Inboxes
from router.ports.ladder_changes import LadderChanges
from router.ports.ladders import Ladders
from router.ports.leavers import Leavers
from router.ports.messages import Messages, Routing
from router.ports.messaging import SettingsVersions
from router.ports.notes import StaffNotes
from router.ports.notifications import Notifications, Relay, StaffNotices
from router.ports.operations import AuditLog, Operations, Reconciliation
from router.ports.portal_lists import PortalLists
from router.ports.practice import Absences, Practices, Rosters
from router.ports.quarantine import Quarantines
from router.ports.quick_texts import QuickTexts
from router.ports.reports import Reports
from router.ports.roster_imports import RosterImports
from router.ports.search_words import ReplyWords, SearchWords
from router.ports.snoozes import Snoozes
from router.ports.topics import Corrections
from router.ports.undo import Undos
from router.ports.urgency import Urgencies


class UnitOfWork(Protocol):
    """One transaction. Nothing is stored unless `commit` is called before it ends."""

    @property
    def practices(self) -> Practices:
        """The tenants."""

    @property
    def roster(self) -> Rosters:
        """Sites, staff, patients and care teams."""

    @property
    def roster_imports(self) -> RosterImports:
        """Roster imports in pieces."""

    @property
    def absences(self) -> Absences:
        """Who is away."""

    @property
    def coverage(self) -> Coverage:
        """Counts over patients' charts."""

    @property
    def messaging(self) -> SettingsVersions:
        """The settings and their versions."""

    @property
    def messages(self) -> Messages:
        """What patients wrote."""

    @property
    def routing(self) -> Routing:
        """Accepted messages on their way into inboxes."""

    @property
    def ladders(self) -> Ladders:
        """Runs of ladders, and their steps that are due."""

    @property
    def ladder_changes(self) -> LadderChanges:
        """Changes that must be applied to open runs of ladders."""

    @property
    def inbox(self) -> Inboxes:
        """Deliveries as staff see them."""

    @property
    def conversations(self) -> Conversations:
        """Conversations as the patient's side reads them."""

    @property
    def portal_lists(self) -> PortalLists:
        """Conversations as the portal lists them."""

    @property
    def replies(self) -> Replies:
        """Replies, claims and hand-overs by staff."""

    @property
    def leavers(self) -> Leavers:
        """What people who have left still have."""

    @property
    def drafts(self) -> StaffDrafts:
        """Drafts of staff."""

    @property
    def conversation_news(self) -> ConversationNews:
        """The state of conversations, for pages that watch them."""

    @property
    def search_words(self) -> SearchWords:
        """The words by which messages are found."""

    @property
    def reply_words(self) -> ReplyWords:
        """The words by which replies are found."""

    @property
    def notes(self) -> StaffNotes:
        """Staff's notes on conversations."""

    @property
    def snoozes(self) -> Snoozes:
        """Deliveries that staff have put off."""

    @property
    def quick_texts(self) -> QuickTexts:
        """Texts that staff insert into replies."""

    @property
    def undo(self) -> Undos:
        """Acts that can be undone."""

    @property
    def urgency(self) -> Urgencies:
        """The priority of messages, and its changes."""

    @property
    def corrections(self) -> Corrections:
        """Conversations that were moved to another topic."""

    @property
    def traces(self) -> Traces:
        """Everything that happened to one message."""

    @property
    def events(self) -> Events:
        """The events for frontends."""

    @property
    def notifications(self) -> Notifications:
        """Emails that are due, leased, sent or parked."""

    @property
    def email_choices(self) -> EmailChoices:
        """The choices about emails on the patient's side."""

    @property
    def notices(self) -> StaffNotices:
        """Notifications about hand-overs and overdue messages."""

    @property
    def relay(self) -> Relay:
        """Whether sending to the mail relay is paused, and what it refused recently."""

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
    def portal_links(self) -> Links:
        """One-time links into the portal."""

    @property
    def password_links(self) -> PasswordLinks:
        """One-time links by which staff choose a password."""

    @property
    def quarantine(self) -> Quarantines:
        """Messages from the broker that could not be accepted."""

    @property
    def reports(self) -> Reports:
        """Counts for portal administrators."""

    @property
    def audit(self) -> AuditLog:
        """The append-only record."""

    def now(self) -> datetime:
        """The database's time, in UTC, when this was first called in the transaction. Flows use no other clock."""

    def commit(self) -> None:
        """Store everything. Raises UnknownOutcomeError if the connection is lost while committing."""


class Database(Protocol):
    """Opens units of work."""

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that writes. Raises UnavailableError when the database can't be reached or is full."""

    def look(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that only reads and writes no audit row; each statement may see newer commits."""

    def snapshot(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that only reads, everything as of one moment."""
