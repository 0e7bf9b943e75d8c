"""Trying out phrases before they are saved: only the number of messages they would have made urgent is revealed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from math import ceil
from typing import TYPE_CHECKING

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import Invalid, Refusal
from router.flows.practice import known_practice, read_snapshot
from router.messaging import red_flag_rules
from router.messaging.proposal import Proposal
from router.messaging.red_flags import RedFlags
from router.messaging.settings import MessagingSettings
from router.ports.services import TimeZones
from router.ports.unit_of_work import Database
from router.practice.people import Practice

if TYPE_CHECKING:
    from uuid import UUID

DAYS = 30
TRIALS_A_DAY = 20
# Below that the number could speak of somebody.
FEWEST = 10
SLICE = 1_000
# A process of the web server reads no more texts for a trial: the newest.
MESSAGES_LIMIT = 100_000


class TrialsUsedUp(Refusal):
    """The practice has used up its trials for today; the next day begins in `retry_seconds`."""

    slug = "too-many-trials"
    title = "No more trials today"

    def __init__(self, detail: str, *, retry_seconds: int) -> None:
        super().__init__(detail)
        self.retry_seconds = retry_seconds


@dataclass(frozen=True, slots=True)
class TriedRedFlags:
    """How many messages of the last `days` would have been urgent; None if fewer than `FEWEST`.

    `left` is the number of trials that the practice has left today; `is_all`: no message of those days was left out.
    """

    days: int
    messages: int | None
    left: int
    is_all: bool = True


@dataclass(frozen=True, slots=True)
class TryRedFlags:
    """Matches phrases against recent messages. The texts are read by this process and shown to nobody."""

    database: Database
    zones: TimeZones

    def run(self, practice: str, red_flags: RedFlags, languages: tuple[str, ...] | None, by: Actor) -> TriedRedFlags:
        """Try these groups in these languages (None: those that are saved).

        Each trial is counted and audited before any text is read. Raises NotFound for an unknown practice, Invalid
        with the fields if the groups couldn't be saved, and TrialsUsedUp.
        """
        draft, since, left = self._begin(practice, red_flags, languages, by)
        found = looked_at = 0
        for text in self._texts(practice, since):
            looked_at += 1
            found += _is_marked(draft, text)
        return TriedRedFlags(DAYS, found if found >= FEWEST else None, left, is_all=looked_at < MESSAGES_LIMIT)

    def _begin(
        self, practice: str, red_flags: RedFlags, languages: tuple[str, ...] | None, by: Actor
    ) -> tuple[MessagingSettings, datetime, int]:
        with self.database.begin() as work:
            tenant = known_practice(work, practice)
            snapshot = read_snapshot(work, tenant)
            asked = snapshot.messaging.languages if languages is None else languages
            wanted = replace(snapshot.messaging, red_flags=red_flags, languages=asked)
            wrong = list(red_flag_rules.check(Proposal(snapshot.messaging, wanted, snapshot.staffing, snapshot.sites)))
            if wrong:
                raise Invalid("The phrases to try are not valid.", wrong)
            local = self._local(tenant, snapshot.at)
            number = work.urgency.count_trial(practice, local.date().isoformat())
            if number > TRIALS_A_DAY:
                raise TrialsUsedUp(
                    f"Phrases can be tried {TRIALS_A_DAY} times a day. Try again tomorrow.",
                    retry_seconds=_seconds_until_tomorrow(local),
                )
            work.audit.add([AuditEntry(practice, by, Action.RED_FLAGS_TRIED, practice, {"count": number})])
            work.commit()
        return wanted, snapshot.at - timedelta(days=DAYS), TRIALS_A_DAY - number

    def _local(self, tenant: Practice, at: datetime) -> datetime:
        """A moment in the practice's time zone."""
        return at.astimezone(self.zones.get(tenant.time_zone) or UTC)

    def _texts(self, practice: str, since: datetime) -> Iterator[str]:
        """The newest texts written since then, in slices, so that reading them blocks nobody."""
        before: UUID | None = None
        left = MESSAGES_LIMIT
        while left:
            size = min(SLICE, left)
            with self.database.look() as work:
                some = work.urgency.texts(practice, since, before, size)
            yield from (written.text for written in some)
            if len(some) < size:
                return
            before, left = some[-1].message, left - size


def _seconds_until_tomorrow(local: datetime) -> int:
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
    # In UTC: within one zone, Python subtracts what the clocks on the wall show.
    return ceil((tomorrow.astimezone(UTC) - local.astimezone(UTC)).total_seconds())


def _is_marked(draft: MessagingSettings, text: str) -> bool:
    found = draft.red_flags.look(text, draft.languages)
    return found is not None and bool(found.marks)
