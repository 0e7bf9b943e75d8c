"""A whole practice on a real database, with everything outside it under the test's control."""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine, select

from adapters.database import schema
from adapters.database.tables import message
from adapters.database.unit_of_work import Database
from adapters.documents.messages import parse_item, parse_item_json
from router.actors import COMMAND
from router.errors import Refusal
from router.flows.access.keys import Authenticate
from router.flows.access.own_password import ChangeOwnPassword
from router.flows.access.portal_links import PortalLinks
from router.flows.access.sessions import KeepSessions
from router.flows.access.sign_in import SignIn
from router.flows.administrator.invitations import Invite
from router.flows.administrator.ladders import TryLadders
from router.flows.administrator.messaging import ChangeMessaging
from router.flows.administrator.overdue import LookAfterOverdue
from router.flows.administrator.patients import KeepPatients
from router.flows.administrator.practices import KeepPractices
from router.flows.administrator.preview import Preview
from router.flows.administrator.red_flag_trial import TryRedFlags
from router.flows.administrator.reports import ReadReports
from router.flows.administrator.roster import ImportRoster
from router.flows.administrator.roster_import import RosterImport
from router.flows.administrator.roster_staging import StageRoster
from router.flows.administrator.roster_steps import ApplyRoster
from router.flows.administrator.staff import KeepStaff
from router.flows.administrator.trace import Explain
from router.flows.administrator.urgency import LookAtUrgency
from router.flows.operator.operations import ReadOperations
from router.flows.operator.quarantine import LookAfterQuarantine
from router.flows.operator.reconciliation import Reconcile
from router.flows.patient.accept import Accept
from router.flows.patient.advice import GiveAdvice
from router.flows.patient.conversations import ReadConversations
from router.flows.patient.email_choice import ChooseEmails
from router.flows.patient.portal import ReadPortal
from router.flows.patient.search import SearchMessages
from router.flows.staff.bulk import ActInBulk
from router.flows.staff.conversation_watch import WatchConversation
from router.flows.staff.correction import CorrectTopic
from router.flows.staff.drafts import KeepDrafts
from router.flows.staff.forward import ForwardMessages
from router.flows.staff.inbox import InboxListing, InboxPage, InboxView, ReadInbox
from router.flows.staff.inbox_search import SearchInbox
from router.flows.staff.inbox_watch import WatchInboxes
from router.flows.staff.notes import WriteNotes
from router.flows.staff.quick_texts import KeepQuickTexts
from router.flows.staff.replies import ReplyToMessages
from router.flows.staff.snooze import SnoozeMessages
from router.flows.staff.undo import UndoActs
from router.flows.staff.urgency import ChangePriority
from router.flows.worker.drafts import PurgeDrafts
from router.flows.worker.escalate import Escalate
from router.flows.worker.fold_names import FoldNames
from router.flows.worker.hand_over import HandOverAbsent
from router.flows.worker.index_words import IndexWords
from router.flows.worker.intake import AcceptIntake
from router.flows.worker.ladder_changes import FollowLadderChanges
from router.flows.worker.leavers import ReturnFromLeavers
from router.flows.worker.notify import Notify
from router.flows.worker.overdue import TellOverdue
from router.flows.worker.quarantine import PurgeQuarantine
from router.flows.worker.route import Route
from router.flows.worker.sweep import Sweep
from router.flows.worker.undo import PurgeUndos
from router.messages.acceptance import Receipt
from router.messages.inbox import InboxRef
from router.messages.message import AnyDraft, Draft
from router.messages.notification import LINK_KINDS, LeasedNotification
from router.messaging.settings import MessagingSettings
from router.practice.availability import Absence
from router.practice.people import Patient, Staff
from router.practice.topics import Topic
from tests import furnishing
from tests.builders import a_document, a_patient, a_staff, settings
from tests.fakes import (
    FewTimeZones,
    FreshIds,
    PlainPasswords,
    PlainTokens,
    PlainUnsubscribeTokens,
    RecordingHints,
    ScriptedMailer,
)
from tests.transitions import watch

PRACTICE = "clinic"
IDLE = timedelta(minutes=15)
STAFF = (a_staff("ada", admin=True), a_staff("ann"), a_staff("ben"))
PATIENTS = (a_patient("pat", team=["ann"]), a_patient("sam"))


@dataclass
class ShiftedClock:
    """The database's clock, put forward or back by a test."""

    by: timedelta = timedelta()

    def __call__(self) -> timedelta:
        return self.by


@dataclass
class House:
    """The flows on one database."""

    engine: Engine
    clock: ShiftedClock = field(default_factory=ShiftedClock)
    hints: RecordingHints = field(default_factory=RecordingHints)
    mailer: ScriptedMailer = field(default_factory=ScriptedMailer)
    failures: list[tuple[str, str, Exception]] = field(default_factory=list)

    def __post_init__(self) -> None:
        watch(self.engine)
        if schema.is_behind(schema.current_revision(self.engine)):
            schema.migrate(self.engine)
        ids = FreshIds()
        database = self.database = Database(self.engine, self.clock)
        self.keys = Authenticate(database, ids)
        zones = FewTimeZones()
        self.accept = Accept(database, self.hints, ids, zones, lambda *failure: self.failures.append(failure))
        self.messaging = ChangeMessaging(database, self.hints, ids, zones)
        self.roster = ImportRoster(database, self.hints, ids, zones)
        self.staging = StageRoster(database, ids)
        self.roster_steps = ApplyRoster(database, self.hints, ids)
        self.staff = KeepStaff(database, self.hints, ids)
        self.practices = KeepPractices(database, zones)
        self.patients = KeepPatients(database)
        self.traces = Explain(database)
        self.operations = ReadOperations(database, self.hints, PlainTokens())
        self.preview = Preview(database, zones)
        self.ladders = TryLadders(database, zones)
        self.overdue = LookAfterOverdue(database, self.hints, ids, zones)
        self.read_inbox = ReadInbox(database)
        self.reconcile = Reconcile(database)
        self.absences = HandOverAbsent(database, self.hints, ids, self._failed)
        self.leavers = ReturnFromLeavers(database, self.hints, ids, self._failed)
        self.replies = ReplyToMessages(database, self.hints, ids, zones)
        self.forward = ForwardMessages(database, self.hints, ids)
        self.undo = UndoActs(database, self.hints, ids)
        self.bulk = ActInBulk(self.read_inbox, self.replies, self.forward, self.undo)
        self.drafts = KeepDrafts(database)
        self._keep_at_hand(database, ids)
        self.urgency = ChangePriority(database, self.hints, ids, zones)
        self.advice = GiveAdvice(database)
        self.look_at_urgency = LookAtUrgency(database)
        self.red_flag_trials = TryRedFlags(database, zones)
        self.correction = CorrectTopic(database, self.hints, ids, zones)
        self.purge_undos = PurgeUndos(database)
        self.fold_names = FoldNames(database)
        self.purge_drafts = PurgeDrafts(database)
        self.conversations = ReadConversations(database)
        self.read_portal = ReadPortal(database, zones)
        self.email_choice = ChooseEmails(database, PlainUnsubscribeTokens())
        self.reports = ReadReports(database)
        self.search_inbox = SearchInbox(database)
        self.search_messages = SearchMessages(database)
        self.watch_inboxes = WatchInboxes(database, IDLE)
        self._let_in(ids)
        self._set_to_work(ids, zones)

    def _let_in(self, ids: FreshIds) -> None:
        database = self.database
        self.sign_in = SignIn(database, ids, PlainPasswords())
        self.own_password = ChangeOwnPassword(database, ids, PlainPasswords())
        self.sessions = KeepSessions(database, IDLE)
        self.portal_links = PortalLinks(database, ids)
        self.invitations = Invite(database, self.hints, ids, PlainPasswords(), PlainTokens())

    def _set_to_work(self, ids: FreshIds, zones: FewTimeZones) -> None:
        database = self.database
        self.route = Route(database, self.hints, ids, zones, lambda *failure: self.failures.append(failure))
        self.notify = Notify(database, self.hints, ids, self.mailer, self._link, self._unsubscribe_link, self._failed)
        self.quarantine = LookAfterQuarantine(database, self.accept, parse_item_json)
        self.purge = PurgeQuarantine(database)
        self.take_in = AcceptIntake(database, self.keys, self.accept, ids, parse_item)
        self.escalate = Escalate(database, self.hints, ids, zones, lambda *failure: self.failures.append(failure))
        self.tell_overdue = TellOverdue(database, self.hints, ids, zones, self._failed)
        self.ladder_changes = FollowLadderChanges(self.escalate)
        self.sweep = Sweep(
            database,
            self.hints,
            self.route,
            self.notify,
            self.escalate,
            self.absences,
            self.purge,
            "worker-1",
            "route,notify",
        )

    def _keep_at_hand(self, database: Database, ids: FreshIds) -> None:
        """What staff have besides their messages."""
        self.quick_texts = KeepQuickTexts(database, ids)
        self.notes = WriteNotes(database, self.hints, ids)
        self.index_words = IndexWords(database)
        self.snooze = SnoozeMessages(database)
        self.watch_conversation = WatchConversation(database)

    def _failed(self, what: str, about: str, error: Exception) -> None:
        self.failures.append((what, about, error))

    @staticmethod
    def _link(leased: LeasedNotification) -> str:
        if leased.kind in LINK_KINDS:
            return f"https://x.example/password?link={PlainTokens().of(leased.id, leased.generation)}"
        return f"https://x.example/{leased.about}"

    @staticmethod
    def _unsubscribe_link(leased: LeasedNotification) -> str:
        return f"https://x.example/unsubscribe?token={PlainUnsubscribeTokens().of(leased.id, leased.address)}"

    def furnish(
        self,
        messaging: MessagingSettings | None = None,
        *,
        practice: str = PRACTICE,
        staff: Sequence[Staff] = STAFF,
        patients: Sequence[Patient] = PATIENTS,
    ) -> "House":
        """Make a practice with these people and settings; messaging is on by default."""
        wanted = messaging or settings()

        def make() -> None:
            self.roster.create_practice(practice, practice.title(), "America/Chicago", COMMAND)
            self.bring(staff, patients, practice=practice)
            self.save(wanted, practice=practice)

        if self.clock.by or self.hints.given:
            make()
        else:
            # Not their `repr`, which tells nothing of patients.
            asked = pickle.dumps((practice, wanted, staff, patients))
            furnishing.once(self.engine, self.hints.given, asked, make)
        return self

    def bring(self, staff: Sequence[Staff], patients: Sequence[Patient] = (), *, practice: str = PRACTICE) -> None:
        """Merge people into the roster."""
        request = RosterImport(document=a_document(staff, patients), allow_deactivate=True)
        self.roster.bring_up_to_date(practice, request, COMMAND)

    def save(self, messaging: MessagingSettings, *, practice: str = PRACTICE) -> None:
        """Save settings over whatever is there."""
        self.messaging.save(practice, messaging, None, COMMAND)

    def store_as_before(self, messaging: MessagingSettings) -> None:
        """Store settings as they are, as a release from before some rule did."""
        with self.database.begin() as work:
            version = work.practices.change_distribution(PRACTICE)
            work.messaging.save(PRACTICE, replace(messaging, version=version), COMMAND, ())
            work.commit()

    def send_away(self, staff: str, cover: str | None = None, *, hours: float = 8) -> None:
        """Somebody is away from now on."""
        now = self.operations.ready()
        absence = Absence(staff, now - timedelta(seconds=1), now + timedelta(hours=hours), cover)
        self.roster.set_absence(PRACTICE, absence, COMMAND)

    def draft(self, key: str = "key-1", **values: object) -> Draft:
        """A message of sam, who has no care team, about a bill."""
        made = Draft(key, "sam", Topic.BILLING, "A bill", "I have a question about my bill.")
        return replace(made, **values)  # type: ignore[arg-type] # a test names the fields.

    def try_to_write(self, *drafts: AnyDraft, practice: str = PRACTICE) -> list[Receipt | Refusal]:
        """Hand drafts in together."""
        return self.accept.accept(practice, drafts or [self.draft()], COMMAND)

    def write(self, *drafts: AnyDraft, practice: str = PRACTICE) -> list[Receipt]:
        """Hand in drafts that are all accepted."""
        receipts = []
        for answer in self.try_to_write(*drafts, practice=practice):
            assert isinstance(answer, Receipt), answer
            receipts.append(answer)
        return receipts

    def write_many(self, count: int, *, practice: str = PRACTICE) -> list[Receipt]:
        """Write messages with keys of their own."""
        return self.write(*(self.draft(f"{practice}-{number}") for number in range(count)), practice=practice)

    def inbox(self, staff: str, view: InboxView = InboxView.OPEN) -> InboxPage:
        """Somebody's inbox."""
        return self.read_inbox.page(InboxRef(PRACTICE, staff, COMMAND), InboxListing(view), None, 200)

    def recipients(self, message: UUID, practice: str = PRACTICE) -> list[str]:
        """Who has the message in an inbox."""
        trace, _ = self.traces.trace(practice, message, COMMAND)
        return sorted(one.recipient.staff for one in trace.deliveries)

    def states(self, receipts: Sequence[Receipt], practice: str = PRACTICE) -> list[str]:
        """Where these messages are."""
        with self.engine.connect() as connection:
            wanted = select(message.c.id, message.c.state).where(message.c.practice == practice)
            found = {row.id: row.state for row in connection.execute(wanted)}
        return [found[one.id] for one in receipts]

    def breaches(self) -> Mapping[str, str]:
        """What reconciliation finds, by id."""
        found: dict[str, str] = {}
        self.reconcile.run(lambda breach: found.update({breach.id: breach.problem}))
        return found
