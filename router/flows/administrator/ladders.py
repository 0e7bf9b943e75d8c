"""Ladders before they are saved: what they would have done, and how many open messages would begin a run."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage.answer_by import opening_hours
from router.coverage.replay import MovedMessages, Replay, moved, replay
from router.coverage.timeline import Timeline
from router.flows.administrator.preview import under_draft
from router.flows.practice import known_practice, read_snapshot
from router.messaging.partial import PartialSettings
from router.messaging.settings import MessagingSettings
from router.ports.ladder_changes import LadderChange
from router.ports.services import TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import Practice

DAYS = 30
DAYS_LIMIT = 90
MESSAGES_LIMIT = 100_000
# The page of ladders counts with every view.
OPEN_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class WouldBegin:
    """The number of messages waiting for an answer whose ladder differs from the one that settings would give them.

    `is_all`: no message was left out; otherwise the newest OPEN_LIMIT that nobody has answered were looked at.
    """

    messages: int
    is_all: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What settings would have done with the messages of the last `days`; `is_all`: none were left out.

    `moved` are the messages that would have gone to other recipients than under the settings in force. `would_begin`
    counts the messages that would begin a run.
    """

    days: int
    replay: Replay
    is_all: bool
    would_begin: WouldBegin
    moved: tuple[MovedMessages, ...] = ()


@dataclass(frozen=True, slots=True)
class TryLadders:
    """Tries ladders, and applies them to messages that are already waiting."""

    database: Database
    zones: TimeZones

    def look(
        self, practice: str, draft: MessagingSettings | PartialSettings | None, by: Actor, days: int = DAYS
    ) -> Outlook:
        """Replay the messages of the last days under a draft (None: the settings in force). No text is read.

        Raises NotFound for an unknown practice, and Invalid when the draft could not be saved.
        """
        with self.database.begin() as work:
            tenant = known_practice(work, practice)
            snapshot = read_snapshot(work, tenant)
            messaging = (snapshot if draft is None else under_draft(draft, snapshot, self.zones)).messaging
            now = work.now()
            past = work.reports.past(practice, now - timedelta(days=days), MESSAGES_LIMIT)
            begins = min((message.accepted_at for message in past), default=now)
            lines = {site: self._line(tenant, messaging, site, (begins, now)) for site in {one.site for one in past}}
            found = replay(past, messaging, lines, now)
            would_begin = self._would_begin(work, tenant, messaging)
            work.audit.add([AuditEntry(practice, by, Action.REPLAYED, practice, {"count": len(past)})])
            work.commit()
        moves = tuple(moved(past, snapshot.messaging, messaging))
        return Outlook(days, found, len(past) < MESSAGES_LIMIT, would_begin, moves)

    def would_begin(self, practice: str) -> WouldBegin:
        """The number of messages waiting for an answer whose ladder differs from the one in force."""
        with self.database.look() as work:
            tenant = known_practice(work, practice)
            return self._would_begin(work, tenant, work.messaging.current(tenant))

    def begin(self, practice: str, by: Actor) -> None:
        """Have all of them begin a run of the ladder in force; the workers do it soon."""
        with self.database.begin() as work:
            known_practice(work, practice)
            work.ladder_changes.note(practice, LadderChange.OPEN)
            work.audit.add([AuditEntry(practice, by, Action.LADDERS_BEGUN, practice)])
            work.commit()

    def _would_begin(self, work: UnitOfWork, tenant: Practice, messaging: MessagingSettings) -> WouldBegin:
        if not messaging.has_ladder:
            return WouldBegin(0, is_all=True)
        count = 0
        found = work.ladder_changes.count_open(tenant.id, OPEN_LIMIT)
        for some in found.messages:
            steps = messaging.ladder_for(some.site, some.topic, urgent=some.urgent)
            runs = some.urgent and bool(messaging.urgent_ladder)
            runs = runs or opening_hours(tenant, messaging, some.site, self.zones.get) is not None
            count += some.count if steps and steps != some.steps and runs else 0
        return WouldBegin(count, found.are_all)

    def _line(
        self, tenant: Practice, messaging: MessagingSettings, site: str | None, span: tuple[datetime, datetime]
    ) -> Timeline | None:
        hours = opening_hours(tenant, messaging, site, self.zones.get)
        return Timeline.of(hours, *span) if hours is not None else None
