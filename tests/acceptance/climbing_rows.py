"""What the tables say of messages with ladders, read once, and what must hold of it at every moment."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select

from adapters.database import codec, tables
from adapters.database.repositories.overdue import waits
from router.messaging.settings import MessagingSettings

OPEN = frozenset({"unread", "read"})
UNDELIVERED = frozenset({"accepted", "parked"})
# How much opening time lies between two moments.
Between = Callable[[datetime, datetime], timedelta]


@dataclass(frozen=True, slots=True)
class ClimbingRows:
    """The rows of one moment."""

    waiting: Sequence[Any]
    runs: Sequence[Any]
    steps: Sequence[Any]
    notices: Sequence[Any]
    conversations: Mapping[UUID, Any]
    messages: Mapping[UUID, Any]
    deliveries: Sequence[Any]
    hand_overs: Sequence[Any]
    corrections: Sequence[Any]
    active: frozenset[str]
    # What the product's own condition finds to wait.
    found_waiting: frozenset[UUID]

    @classmethod
    def read(cls, engine: Engine) -> "ClimbingRows":
        """Read everything."""
        with engine.connect() as connection:

            def rows(table: Any) -> Sequence[Any]:  # noqa: ANN401 - a table.
                return connection.execute(select(table)).all()

            return cls(
                waiting=[row for row in rows(tables.waiting) if row.kind == "escalate"],
                runs=rows(tables.ladder_run),
                steps=rows(tables.ladder_step),
                notices=rows(tables.step_notice),
                conversations={row.id: row for row in rows(tables.conversation)},
                messages={row.id: row for row in rows(tables.message)},
                deliveries=rows(tables.delivery),
                hand_overs=rows(tables.hand_over),
                corrections=rows(tables.topic_change),
                active=frozenset(row.id for row in rows(tables.staff) if row.active),
                found_waiting=frozenset(connection.execute(select(tables.message.c.id).where(waits())).scalars()),
            )

    def check(self) -> None:
        """Everything that must hold at every moment."""
        self.every_step_that_is_due_waits_in_the_queue_and_nothing_else_does()
        self.a_message_has_one_current_run_and_it_waits_until_it_has_ended()
        self.nothing_comes_as_a_volley()
        self.each_step_told_each_person_once()
        self.what_waits_is_what_the_tables_say()
        self.what_waits_has_an_owner()
        self.what_waits_is_left_to_somebody_who_has_it()
        self.only_what_is_urgent_climbs_the_ladder_of_urgent_messages()
        self.nobody_gets_what_a_provider_was_chosen_for_by_being_on_call()

    @property
    def still_climb(self) -> Sequence[Any]:
        """What waits for a step, rather than only for its message to be answered."""
        due = {(row.message, row.due_at) for row in self.runs if row.due_do is not None}
        return [row for row in self.waiting if (row.id, row.due_at) in due]

    def every_step_that_is_due_waits_in_the_queue_and_nothing_else_does(self) -> None:
        waiting = {(row.id, row.due_at) for row in self.waiting}
        due = {(row.message, row.due_at) for row in self.runs if row.due_at is not None}
        assert waiting == due

    def a_message_has_one_current_run_and_it_waits_until_it_has_ended(self) -> None:
        current: set[UUID] = set()
        for run in self.runs:
            if run.ended_at is None:
                assert run.message not in current
                current.add(run.message)
                assert run.due_at is not None, run

    def nothing_comes_as_a_volley(self) -> None:
        """Two steps of a run that did something are as far apart as the ladder says, and whoever got it has time."""
        runs = {(row.message, row.number): row for row in self.runs}
        for key, acted in self._acted().items():
            steps = runs[key].steps
            for before, after in pairwise(acted):
                distance = steps[after.step]["after"] - steps[after.step - 1]["after"]
                given = steps[0]["after"] if before.takers else 0
                assert after.at - before.at >= timedelta(minutes=max(distance, given)), (before, after)

    def _acted(self) -> dict[tuple[UUID, int], list[Any]]:
        found = defaultdict(list)
        for row in sorted(self.steps, key=lambda step: step.step):
            if row.did is not None and row.planned != "alert":
                found[row.message, row.run].append(row)
        return found

    def no_step_comes_before_its_moment(self, before: "ClimbingRows", between: Between) -> None:
        """What was done since is due by the ladder, under the hours that are in force."""
        known = {(row.message, row.run, row.step) for row in before.steps}
        runs = {(row.message, row.number): row for row in self.runs}
        for step in self.steps:
            if (step.message, step.run, step.step) in known or step.because == "step_failed":
                continue
            run = runs[step.message, step.run]
            is_alert = step.planned == "alert"
            begun = run.clock if is_alert else run.began_at
            # The alert of an urgent message is always on the clock, its other steps where somebody is on call.
            passed = step.at - begun if (run.urgent if is_alert else run.on_clock) else between(begun, step.at)
            assert passed >= timedelta(minutes=run.steps[step.step]["after"]), step
            if step.did is not None:
                assert self.waits(self.messages[step.message]), step

    def a_new_run_begins_as_the_settings_are(self, message: UUID, messaging: MessagingSettings) -> None:
        """A message whose priority was changed climbs from now on the ladder that goes with it.

        Where there is none, one that administrators were alerted of is watched without any steps.
        """
        urgent = self.messages[message].priority == "urgent"
        steps = messaging.urgent_ladder if urgent and messaging.urgent_ladder else messaging.ladder
        current = [run for run in self.runs if run.message == message and run.ended_at is None]
        if not self.waits(self.messages[message]):
            return
        is_watched = any(run.alerted_at is not None for run in current)
        assert [codec.ladder_from_json(run.steps) for run in current] == ([steps] if steps or is_watched else [])
        for run in current:
            by_its_own = urgent and bool(messaging.urgent_ladder)
            assert (bool(run.urgent), bool(run.on_clock)) == (by_its_own, by_its_own and bool(messaging.on_call))

    def only_what_is_urgent_climbs_the_ladder_of_urgent_messages(self) -> None:
        for run in self.runs:
            assert run.ended_at is not None or not run.urgent or self.messages[run.message].priority == "urgent", run

    def nobody_gets_what_a_provider_was_chosen_for_by_being_on_call(self) -> None:
        for row in self.deliveries:
            assert (
                row.because != "on_call" or self.conversations[self.messages[row.message].conversation].chosen is None
            )

    def goes_to_who_is_on_call(self, message: UUID) -> bool:
        """Whether it waits in inboxes, and nobody was chosen for it."""
        row = self.messages[message]
        is_chosen = self.conversations[row.conversation].chosen is not None
        return row.state not in UNDELIVERED and self.waits(row) and not is_chosen

    def who_has_open(self, message: UUID) -> set[str]:
        """In whose inbox it waits."""
        return {row.staff for row in self.deliveries if row.message == message and row.state in OPEN}

    def each_step_told_each_person_once(self) -> None:
        told = [(row.message, row.run, row.step, row.staff) for row in self.notices]
        assert len(told) == len(set(told))

    def what_waits_is_what_the_tables_say(self) -> None:
        """The condition that lists, ladders and counts share is the one that is written here."""
        delivered = {row.id for row in self.messages.values() if row.state not in UNDELIVERED}
        expected = {one for one in delivered if self.waits(self.messages[one])}
        assert self.found_waiting & delivered == expected, (self.found_waiting & delivered) ^ expected

    def what_waits_has_an_owner(self) -> None:
        """It is in the open inbox of somebody who must take care of it, or parked in sight with somebody who left."""
        for message in self.messages.values():
            if message.state not in UNDELIVERED and self.waits(message):
                held = [row.staff for row in self._of_responsible(message) if row.state in OPEN]
                assert held, (message, [row for row in self.deliveries if row.message == message.id])

    def what_waits_is_left_to_somebody_who_has_it(self) -> None:
        """Somebody has it open for whom nobody else takes care of it: two who each name the other are nobody."""
        for message in self.messages.values():
            if message.state not in UNDELIVERED and self.waits(message):
                held = {
                    row.staff: row.handled_by
                    for row in self.deliveries
                    if row.message == message.id and row.state in OPEN
                }
                assert any(handler in {None, staff} for staff, handler in held.items()), (message, held)

    def what_waits_is_with_somebody_active(self) -> None:
        """Where somebody who could get it is active, nothing stays with people who have left."""
        for message in self.messages.values():
            if message.state not in UNDELIVERED and self.waits(message):
                held = {row.staff for row in self._of_responsible(message) if row.state in OPEN}
                assert held & self.active, message

    def waits(self, message: Any) -> bool:  # noqa: ANN401 - a row.
        """Whether a message waits for an answer, or for a further one that somebody has promised."""
        done = done_for_all(self._finished(message), self.deliveries)
        if message.state != "answered" and message.outcome is None:
            return not done
        return bool(message.kept_open) and not any(row.opened_at >= message.kept_open_at for row in done)

    def _finished(self, message: Any) -> list[Any]:  # noqa: ANN401 - a row.
        """The deliveries whose `done` counts for everybody, and what was done since the topic was corrected."""
        corrected = max((row.at for row in self.corrections if row.message == message.id), default=None)
        its = (row for row in self.deliveries if row.message == message.id and row.state == "done")
        counting = (row for row in its if row.finishes or row.step != "forward")
        return [row for row in counting if corrected is None or row.opened_at >= corrected]

    def _of_responsible(self, message: Any) -> list[Any]:  # noqa: ANN401 - a row.
        owner = self.conversations[message.conversation].owner
        its = (row for row in self.deliveries if row.message == message.id)
        return [row for row in its if row.step != "forward" or row.staff == owner]

    def nobody_gets_by_a_step_what_is_not_theirs(self, teams: Mapping[str, Collection[str]]) -> None:
        """Recipients, the catch-all, the care team and covers do; of what a provider was chosen for, only the last two.

        The administrator is none of them, and gets nothing by her role alone.
        """
        covers = {row.taker for row in self.hand_overs if row.kind == "absence"}
        covers |= {row.staff for row in self.deliveries if row.represents is not None}
        for row in self.deliveries:
            thread = self.conversations[self.messages[row.message].conversation]
            allowed = {"ann", "ben", "cem"} if thread.chosen is None else {thread.chosen, *teams[thread.patient]}
            if row.because in {"step", "overdue"} and row.represents is None:
                assert row.staff in allowed | covers, row


def done_for_all(some: Sequence[Any], deliveries: Sequence[Any]) -> list[Any]:
    """Of these deliveries, those that are done and were not left to a colleague who isn't."""
    undone = {(row.message, row.staff) for row in deliveries if row.state != "done"}
    return [row for row in some if row.state == "done" and (row.message, row.handled_by) not in undone]
