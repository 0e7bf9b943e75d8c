"""However a large practice changes, nobody else waits for it: counted in batches, wherever the change stands still.

Before each statement of a change, and before each of its commits, somebody in another practice writes a message, while
all that the change has locked by then stays locked. So the place at which others wait longest is among those tried.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Connection, event

from adapters.database.engine import make_engine
from router.actors import COMMAND
from router.coverage.staged_import import ImportState, ImportTerms
from router.flows.administrator.roster_import import RosterImport
from router.flows.administrator.roster_staging import RosterPart
from router.practice.doubts import Doubts
from router.practice.roster import Mode, RosterDocument
from router.practice.topics import Topic
from tests.builders import a_document, a_patient, a_staff, settings
from tests.house import STAFF, House

LARGE, OTHER = "large", "other"
# One batch is enough; a second one is for what comes between the claim's look and its lock.
MOST_BATCHES = 2
PATIENTS = [a_patient(f"patient-{number:02}", team=["ann", "ben"]) for number in range(24)]
LATER = [a_patient(one.id, name="New Name", team=["ann"]) for one in PATIENTS[:-1]] + [a_patient("new", team=["ben"])]
WAITING = 40


@dataclass
class Witness:
    """Somebody in another practice who writes one message after the other, each routed before the next."""

    house: House
    batches: list[int] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)

    def at_statement(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        """Try each statement once: its repeats lock more of the same."""
        if statement not in self.tried:
            self.tried.add(statement)
            self.write()

    def at_commit(self, _connection: Connection) -> None:
        self.write()

    def write(self) -> None:
        draft = self.house.draft(f"key-{len(self.batches)}", subject="A question", patient="sam")
        (receipt,) = self.house.write(draft, practice=OTHER)
        batches = 0
        while self.house.states([receipt], OTHER) == ["accepted"] and batches <= MOST_BATCHES:
            self.house.route.run()
            batches += 1
        self.batches.append(batches)


@pytest.fixture
def house(migrated_postgres_url: str) -> Iterator[House]:
    """A large practice with messages that wait, and another one: on SQLite all writers take turns."""
    engine = make_engine(migrated_postgres_url)
    made = House(engine)
    made.furnish(settings({Topic.BILLING: ["ann", "ben"]}), practice=LARGE, patients=[*PATIENTS, a_patient("sam")])
    made.furnish(settings({Topic.BILLING: ["ann"]}), practice=OTHER)
    made.write_many(WAITING, practice=LARGE)
    yield made
    engine.dispose()


@contextmanager
def watched(house: House) -> Iterator[Witness]:
    """What the witness sees of the changes that are made meanwhile."""
    witness = Witness(House(make_engine(house.engine.url.render_as_string(hide_password=False))))
    event.listen(house.engine, "before_cursor_execute", witness.at_statement)
    event.listen(house.engine, "commit", witness.at_commit)
    yield witness
    event.remove(house.engine, "before_cursor_execute", witness.at_statement)
    event.remove(house.engine, "commit", witness.at_commit)
    witness.house.engine.dispose()


def change_a_title(house: House) -> None:
    house.roster.change_staff(LARGE, "ann", {"title": "RN"}, COMMAND)


def let_somebody_go(house: House) -> None:
    house.roster.change_staff(LARGE, "ann", {"active": False}, COMMAND)


def put_a_roster(house: House, mode: Mode = Mode.REPLACE) -> None:
    document = a_document([*STAFF[:2], a_staff("ben", active=False), a_staff("cleo")], LATER)
    request = RosterImport(document=document, mode=mode, allow_deactivate=True)
    house.roster.bring_up_to_date(LARGE, request, COMMAND)


def merge_a_roster(house: House) -> None:
    put_a_roster(house, Mode.MERGE)


def import_in_parts(house: House) -> None:
    terms = ImportTerms(mode=Mode.REPLACE, allow_deactivate=True)
    staged = house.staging.begin(LARGE, terms, COMMAND)
    whole = a_document([*STAFF[:2], a_staff("cleo")], LATER)
    house.staging.put_part(
        staged.ref, 1, RosterPart(RosterDocument(whole.sites, whole.staff, whole.patients, doubts=Doubts()))
    )
    house.staging.apply(staged.ref, 1)
    done = house.roster_steps.finish(staged.ref, lambda _staged: None)
    assert done.state is ImportState.APPLIED


def save_settings(house: House) -> None:
    house.save(settings({Topic.BILLING: ["ben"]}), practice=LARGE)


@pytest.mark.parametrize(
    "change", [change_a_title, import_in_parts, let_somebody_go, merge_a_roster, put_a_roster, save_settings]
)
def test_a_message_of_another_practice_waits_for_no_more_than_two_batches(
    house: House, monkeypatch: pytest.MonkeyPatch, change: Callable[[House], None]
) -> None:
    """Others waited until a change was over, since a claim that held their messages waited for the practice."""
    monkeypatch.setattr("router.flows.administrator.roster_steps.SLICE", 10)

    with watched(house) as witness:
        change(house)

    assert len(witness.batches) > 5
    assert max(witness.batches) <= MOST_BATCHES
    assert house.failures == witness.house.failures == []
    while house.route.run().routed:
        pass
    assert house.breaches() == {}
