"""Every kind of page and call that lists, searches, counts or previews, as its flow reads it from the database."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import perf_counter
from uuid import UUID

from sqlalchemy import event

from adapters.broker.hints import NoHints
from adapters.database.unit_of_work import Database
from bench.large import LARGE
from config.wiring.resources import InstalledTimeZones, RandomIds
from router.actors import COMMAND
from router.flows.administrator.ladders import OPEN_LIMIT
from router.flows.administrator.overdue import LookAfterOverdue
from router.flows.administrator.patients import KeepPatients
from router.flows.administrator.preview import Preview, PreviewRequest
from router.flows.administrator.reports import ReadReports
from router.flows.administrator.staff import KeepStaff
from router.flows.administrator.trace import Explain
from router.flows.patient.conversations import ReadConversations
from router.flows.staff.inbox import InboxListing, InboxView, ReadInbox
from router.flows.staff.inbox_search import SearchInbox
from router.flows.staff.quick_texts import KeepQuickTexts
from router.messages.conversation import PatientRef
from router.messages.events import EventKind
from router.messages.inbox import DeliveryRef, InboxItem, InboxRef, InboxSort
from router.messages.inbox_search import InboxSearch
from router.messages.portal_lists import PortalReader
from router.messages.priority import Priority
from router.practice.topics import Topic

A_PAGE, TURNS = 50, 9
FIRST = InboxRef(LARGE, "staff-0", COMMAND)
EVERYBODY = [f"staff-{number}" for number in range(2_000)]
PATIENT = PatientRef(LARGE, "patient-0", None, COMMAND)
READER = PortalReader(LARGE, ["patient-0"], None)
Calls = Mapping[str, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Lists:
    """The calls over one database."""

    database: Database

    def calls(self) -> Calls:
        """What is timed, by name."""
        return {**self._inbox(), **self._searches(), **self._patient(), **self._administrator(), **self._operator()}

    def _inbox(self) -> Calls:
        inboxes = ReadInbox(self.database)
        listings = {
            **{f"inbox, {view}": InboxListing(view) for view in InboxView},
            **{f"inbox, {sort} first": InboxListing(sort=sort) for sort in InboxSort if sort is not InboxSort.NEWEST},
            "inbox, of a topic": InboxListing(topic=Topic.BILLING),
            "inbox, of a site": InboxListing(site="site-0"),
            "inbox, urgent": InboxListing(priority=Priority.URGENT),
        }
        shown = inboxes.page(FIRST, InboxListing(InboxView.DONE), None, 1).items[0]
        ref = DeliveryRef(LARGE, shown.delivery, FIRST.staff, COMMAND)
        return {
            **{name: partial(inboxes.page, FIRST, one, None, A_PAGE) for name, one in listings.items()},
            "a delivery with its thread and neighbours": lambda: inboxes.open(ref, InboxListing(InboxView.DONE)),
            "quick texts": lambda: KeepQuickTexts(self.database, RandomIds()).offered(FIRST),
            "trace": lambda: Explain(self.database).trace(LARGE, shown.message, COMMAND),
            "a forward that is taken back": partial(self._take_back, shown),
        }

    def _take_back(self, shown: InboxItem) -> None:
        with self.database.begin() as work:
            # Nothing is committed: the next turn finds it as it was.
            work.undo.take_back_hand_overs(LARGE, shown.conversation, FIRST.staff, shown.received_at)

    def _searches(self) -> Calls:
        search, patients = SearchInbox(self.database), KeepPatients(self.database)
        asked = {
            "search by topic": InboxSearch(topic=Topic.BILLING),
            "search by words": InboxSearch(text="question"),
            "search by patient": InboxSearch(patient="Family4711"),
        }
        return {
            **{name: partial(search.search, FIRST, one, None, A_PAGE) for name, one in asked.items()},
            "patients by name": lambda: patients.search(LARGE, "family4711", COMMAND, limit=A_PAGE),
        }

    def _patient(self) -> Calls:
        read = ReadConversations(self.database)
        return {
            "conversations of a patient": lambda: read.threads(PATIENT, None, None, A_PAGE),
            "history of a topic": lambda: read.history(PATIENT, Topic.BILLING, None, A_PAGE),
            "overview of the portal": lambda: self._with(lambda work: work.portal_lists.latest(READER, None, A_PAGE)),
            "what is new in the portal": lambda: self._with(lambda work: work.portal_lists.unread(READER)),
            "events": lambda: read.events(LARGE, 0, A_PAGE),
            "events of a rare kind": lambda: read.events(LARGE, 0, A_PAGE, [EventKind.PARKED]),
        }

    def _administrator(self) -> Calls:
        zones = InstalledTimeZones()
        reports, preview = ReadReports(self.database), Preview(self.database, zones)
        overdue = LookAfterOverdue(self.database, NoHints(), RandomIds(), zones)
        staff = KeepStaff(self.database, NoHints(), RandomIds())
        asked = PreviewRequest("patient-7", Topic.BILLING)
        return {
            "unopened": lambda: reports.needs_a_look(LARGE),
            "overdue": lambda: overdue.list(LARGE, COMMAND),
            "overdue, their number": lambda: overdue.count(LARGE),
            "open messages on the page of ladders": lambda: self._with(
                lambda work: work.ladder_changes.count_open(LARGE, OPEN_LIMIT)
            ),
            "gaps": lambda: preview.gaps(LARGE, COMMAND),
            "gaps, staff without an address": lambda: self._with(
                lambda work: work.reports.in_care_teams(LARGE, EVERYBODY)
            ),
            "preview": lambda: preview.preview(LARGE, asked, COMMAND),
            "staff": lambda: staff.page(LARGE, None, A_PAGE),
            "what hangs on somebody": lambda: staff.hanging_on(LARGE, "staff-1"),
        }

    def _operator(self) -> Calls:
        return {
            "parked": lambda: self._with(
                lambda work: (work.operations.parked_counts(None), work.operations.parked(None, None, A_PAGE))
            ),
            "parked, one of them": lambda: self._with(lambda work: work.operations.parked_item(LARGE, UUID(int=0))),
            "backlog": lambda: self._with(lambda work: work.operations.backlog(None)),
            "throughput": lambda: self._with(lambda work: work.operations.throughput(timedelta(minutes=5))),
            "audit": lambda: self._with(lambda work: work.audit.rows(LARGE, None, A_PAGE)),
        }

    def _with(self, look: Callable[..., object]) -> object:
        with self.database.look() as work:
            return look(work)

    def times(self) -> dict[str, float]:
        """Seconds that the database takes for each call, warm: the median, without what Python takes."""
        return {name: statistics.median(self._taken(call) for _ in range(TURNS)) for name, call in self.calls().items()}

    def _taken(self, call: Callable[[], object]) -> float:
        moments: list[float] = []

        def note(*_: object) -> None:
            moments.append(perf_counter())

        listened = ("before_cursor_execute", "after_cursor_execute")
        for name in listened:
            event.listen(self.database.engine, name, note)
        call()
        for name in listened:
            event.remove(self.database.engine, name, note)
        return sum(moments[1::2]) - sum(moments[::2])
