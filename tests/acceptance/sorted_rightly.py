"""What must hold of a conversation, whatever was done to it: an owner, one run, the right readers, its priority."""

from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from adapters.database import codec, tables
from router.actors import COMMAND
from router.audit import Action
from router.errors import NotFound
from router.messages.cascade import Step
from router.messages.inbox import DeliveryRef
from router.messages.reach import FROM_HERE_ON
from router.practice.topics import Topic
from tests.acceptance.sorting import CARE_TEAM, STAFF, TOPICS, Sorting
from tests.house import PRACTICE

OPEN = {"unread", "read"}
DELIVERED = {"delivered", "opened"}
RENEWED = "renewed"


def check(sorting: Sorting) -> None:
    """All of it, from the tables and from what each of the staff reads."""
    assert sorting.defects == []
    stored = Stored(sorting)
    stored.every_message_that_waits_is_somebodys()
    stored.priority_was_lowered_by_people_alone()
    stored.each_message_has_one_run_and_the_queue_says_so()
    stored.it_is_open_for_those_who_get_the_topic()
    stored.nobody_reads_what_is_not_theirs()


class Stored:
    """The rows of the conversation."""

    def __init__(self, sorting: Sorting) -> None:
        self.sorting, self.house = sorting, sorting.house
        (self.thread,) = self._rows(tables.conversation, tables.conversation.c.id == sorting.conversation)
        self.messages = self._rows(tables.message, tables.message.c.conversation == sorting.conversation)
        self.deliveries: dict[Any, list[Any]] = defaultdict(list)
        for row in self._of_messages(tables.delivery):
            self.deliveries[row.message].append(row)
        self.hand_overs = self._of_messages(tables.hand_over)

    def _rows(self, table: Any, condition: Any) -> list[Any]:  # noqa: ANN401 - a table and its columns.
        with self.house.engine.connect() as connection:
            return list(connection.execute(select(table).where(table.c.practice == PRACTICE, condition)))

    def _of_messages(self, table: Any) -> list[Any]:  # noqa: ANN401 - a table.
        return self._rows(table, table.c.message.in_([row.id for row in self.messages]))

    def every_message_that_waits_is_somebodys(self) -> None:
        staffing = self.house.messaging.known(PRACTICE)[0]
        for message in self.messages:
            if message.state in DELIVERED and message.outcome is None:
                held = self.deliveries[message.id]
                has_it = [row for row in held if row.state in OPEN and staffing.is_active(row.staff)]
                assert has_it or any(row.state == "done" for row in held), (message.state, held)

    def priority_was_lowered_by_people_alone(self) -> None:
        changes: dict[Any, list[Any]] = defaultdict(list)
        for row in sorted(self._of_messages(tables.priority_change), key=lambda row: row.number):
            changes[row.message].append(row)
        for message in self.messages:
            became = changes[message.id]
            assert message.priority == (became[-1].priority if became else "routine")
            assert [row.number for row in became] == list(range(1, len(became) + 1))
            assert all(one.priority != other.priority for one, other in pairwise(became)), became
            for row in became:
                lowered_by = row.cause if row.priority == "routine" else None
                assert lowered_by in {None, "undo"} or (lowered_by == "staff" and row.reason), row
                assert row.staff or row.priority == "urgent"
            waits = message.state in DELIVERED and message.outcome is None
            nobody_is_done = all(row.state != "done" for row in self.deliveries[message.id])
            stands_first = message.urgent_since is not None
            assert not stands_first or (message.priority, message.state != "answered") == ("urgent", True)
            assert stands_first or message.priority == "routine" or not (waits and nobody_is_done), message.state

    def each_message_has_one_run_and_the_queue_says_so(self) -> None:
        runs: dict[Any, list[Any]] = defaultdict(list)
        for row in sorted(self._of_messages(tables.ladder_run), key=lambda row: row.number):
            runs[row.message].append(row)
        messaging = self.house.reports.snapshot(PRACTICE).messaging
        for message in self.messages:
            if message.state not in {*DELIVERED, "answered"}:
                continue
            *before, latest = runs[message.id]
            assert [row.number for row in runs[message.id]] == list(range(1, len(before) + 2))
            assert all(row.ended_at is not None and row.due_at is None for row in before)
            if latest.ended_at is not None:
                assert latest.ended_by != RENEWED or message.state == "answered" or message.outcome, latest
            elif message.state in DELIVERED and message.outcome is None:
                urgent = message.priority == "urgent"
                topics = {self.thread.topic, *self._finished_under(message)}
                ladders = [messaging.ladder_for(self.thread.site, Topic(topic), urgent=urgent) for topic in topics]
                assert codec.ladder_from_json(latest.steps) in ladders, (latest, topics)
                assert bool(latest.urgent) is urgent
        these = tables.waiting.c.id.in_([row.id for row in self.messages])
        waiting = {(row.id, row.due_at) for row in self._rows(tables.waiting, these) if row.kind == "escalate"}
        assert waiting == {(row.message, row.due_at) for some in runs.values() for row in some if row.due_at}

    def _finished_under(self, message: Any) -> set[str]:  # noqa: ANN401 - a row.
        """The topics under which somebody was done with it when another message was corrected.

        It stays finished and goes to nobody new: its run is that of then, until a worker ends it.
        """
        marks = [row for one in self.deliveries[message.id] for row in self._acts_on(one, Action.DELIVERY_MARKED)]
        done = min((row.at for row in marks if row.details["state"] == "done"), default=None)
        others = (row for row in self._corrections() if row.message != message.id)
        return {row.topic_before for row in others if done is not None and row.at >= done}

    def it_is_open_for_those_who_get_the_topic(self) -> None:
        """Since a correction it is open for those who get the new topic, and whom somebody gave it since then.

        What is urgent while the practice is closed stays with who is on call.
        """
        corrected = max((row.at for row in self._corrections()), default=None)
        resolutions = {
            row.message: row for row in sorted(self._of_messages(tables.resolution), key=lambda row: row.number)
        }
        getting = TOPICS[Topic(self.thread.topic)]
        for message in self.messages:
            resolved = resolutions.get(message.id)
            if corrected is None or resolved is None or resolved.resolved_at < corrected:
                continue
            recipients = {one["staff"]: one["step"] for one in resolved.recipients}
            assert all(staff in getting for staff, step in recipients.items() if step == Step.RECIPIENTS), recipients
            given = {row.taker for row in self.hand_overs if row.message == message.id and row.handed_at >= corrected}
            for row in self.deliveries[message.id]:
                known = row.staff in {*recipients, *given, *getting, *self._on_call(message)}
                known = known or self._reopened(row, corrected)
                assert row.state not in OPEN or known, (row, self.thread.topic)

    def _on_call(self, message: Any) -> tuple[str, ...]:  # noqa: ANN401 - a row.
        """Who is on call for a message that is, or was, urgent; nobody while the practice is open."""
        messaging = self.house.reports.snapshot(PRACTICE).messaging
        became = {row.priority for row in self._of_messages(tables.priority_change) if row.message == message.id}
        is_closed = not messaging.hours.practice.round_the_clock
        return tuple(messaging.on_call) if is_closed and "urgent" in became else ()

    def _corrections(self) -> list[Any]:
        return self._rows(tables.topic_change, tables.topic_change.c.conversation == self.thread.id)

    def _reopened(self, delivery: Any, since: datetime) -> bool:  # noqa: ANN401 - a row.
        """Whether its holder was done with it, and took that back."""
        return any(row.at >= since for row in self._acts_on(delivery, Action.UNDONE, Action.DELIVERY_MARKED))

    def _acts_on(self, delivery: Any, *actions: Action) -> list[Any]:  # noqa: ANN401 - a row.
        of_it = self._rows(tables.audit, tables.audit.c.subject == str(delivery.id))
        return [row for row in of_it if row.action in {one.value for one in actions}]

    def nobody_reads_what_is_not_theirs(self) -> None:
        """Who came into it later sees nothing from before; who had it, nothing from after; who has left, nothing."""
        staffing = self.house.messaging.known(PRACTICE)[0]
        forwarded = (row for row in self.hand_overs if row.whole_conversation and not row.taken_back_at)
        whole = {(row.message, row.taker) for row in forwarded}
        for staff in sorted(set(STAFF) - {*CARE_TEAM, self.thread.owner}):
            theirs = [(message, row) for message in self.messages for row in self.deliveries[message.id]]
            theirs = [(message, row) for message, row in theirs if row.staff == staff]
            if not theirs:
                continue
            ways = {row.because or row.step for message, row in theirs if (message.id, staff) not in whole}
            later = ways <= {one.value for one in FROM_HERE_ON} and not whole & {(m.id, staff) for m, _ in theirs}
            since = min(message.accepted_at for message, _ in theirs) if later else None
            gone = None if any(row.state in OPEN for _, row in theirs) else _gone(row for _, row in theirs)
            ref = DeliveryRef(PRACTICE, theirs[-1][1].id, staff, COMMAND)
            if not staffing.is_active(staff):
                with pytest.raises(NotFound):
                    self.house.replies.conversation(ref)
                continue
            shown = self.house.replies.conversation(ref)
            for entry in shown.entries:
                assert since is None or entry.at >= since, (staff, theirs)
                assert gone is None or entry.at <= gone, (staff, theirs)
            if gone is None:
                ids = {entry.id for entry in shown.entries}
                assert {message.id for message, row in theirs if row.state in OPEN} <= ids
            earlier = self.house.replies.conversation(ref, earlier=True)
            assert len(earlier.entries) >= len(shown.entries)


def _gone(deliveries: Any) -> datetime | None:  # noqa: ANN401 - rows.
    return max((row.moved_at for row in deliveries if row.state == "moved"), default=None)
