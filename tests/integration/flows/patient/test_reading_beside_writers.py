"""Reading on the patient's side keeps nobody from writing, and nothing that was read is shown without its record."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from adapters.database.repositories.audit import AuditRepository
from router.access.sessions import PatientSession
from router.actors import COMMAND
from router.flows.patient import search
from router.messages.conversation import PatientRef
from router.messages.message import ReplyDraft
from router.messages.portal_lists import find
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

PAT = PatientRef(PRACTICE, "pat", None, COMMAND)
Read = Callable[[House, PatientSession], object]
READS: dict[str, Read] = {
    "form": lambda house, _: house.accept.form(PRACTICE, "pat", None, None, COMMAND),
    "overview": lambda house, pat: house.read_portal.overview(pat, None, 9),
    "conversation": lambda house, pat: house.read_portal.open(pat, _written(house)),
    "history": lambda house, pat: house.read_portal.history(pat, Topic.BILLING, None, 9),
    "search": lambda house, pat: house.search_messages.search(pat, "bill", None),
    "listed over the API": lambda house, _: house.conversations.threads(PAT, None, None, 9),
    "read over the API": lambda house, _: house.conversations.thread(PRACTICE, _written(house), None, COMMAND),
    "history over the API": lambda house, _: house.conversations.history(PAT, Topic.BILLING, None, 9),
}


@pytest.fixture
def clinic(house: House) -> House:
    """Pat has written about a bill."""
    house.furnish(settings({Topic.BILLING: ["ben"]})).write(house.draft("written", patient="pat"))
    return house


@pytest.fixture
def pat(clinic: House) -> PatientSession:
    token, _ = clinic.portal_links.make(PRACTICE, "pat", None, COMMAND)
    person = clinic.sessions.check(clinic.portal_links.enter(token))
    assert isinstance(person, PatientSession)
    return person


def _written(house: House) -> UUID:
    """The conversation that pat has written."""
    return house.accept.receipt_by_key(PRACTICE, "written").conversation


@pytest.fixture
def writing_waits(clinic: House) -> Iterator[list[bool]]:
    """Whether somebody else who writes would have to wait, each time that something is read."""
    waits: list[bool] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and "FROM" in statement:
            waits.append(clinic.engine.dialect.name == "sqlite" and _is_locked(str(clinic.engine.url.database)))

    event.listen(clinic.engine, "before_cursor_execute", note)
    yield waits
    event.remove(clinic.engine, "before_cursor_execute", note)


def _is_locked(path: str) -> bool:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        other.execute("ROLLBACK")
        return False


@pytest.mark.parametrize("read", list(READS.values()), ids=list(READS))
def test_nobody_waits_for_what_is_read_and_it_is_shown_once_that_is_on_record(
    clinic: House, pat: PatientSession, writing_waits: list[bool], monkeypatch: pytest.MonkeyPatch, read: Read
) -> None:
    assert read(clinic, pat)
    assert writing_waits
    assert not any(writing_waits)

    monkeypatch.setattr(AuditRepository, "add", _fail)

    with pytest.raises(OSError, match="no record"):
        read(clinic, pat)


def _fail(*_: object) -> None:
    raise OSError("no record")


def test_no_connection_is_held_while_texts_are_compared(
    clinic: House, pat: PatientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    pool = clinic.engine.pool
    assert isinstance(pool, QueuePool)

    def look(*given: object) -> object:
        held.append(pool.checkedout())
        return find(*given)  # type: ignore[arg-type] # as it is called.

    monkeypatch.setattr(search, "find", look)

    (found,) = clinic.search_messages.search(pat, "bill", None).items

    assert found.conversation.id == _written(clinic)
    assert held == [0]


def test_a_search_reads_so_many_characters_and_then_asks_to_go_on(
    clinic: House, pat: PatientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One conversation at the least, however long it is; each is looked at once."""
    long = _written(clinic)
    clinic.write(ReplyDraft("more", "pat", long, "longer " * 100))
    short = [clinic.write(clinic.draft(key, patient="pat", body="short"))[0].conversation for key in "abc"]
    monkeypatch.setattr(search, "MOST_CHARACTERS", 10, raising=False)

    pages = [clinic.search_messages.search(pat, "bill", None)]
    while pages[-1].following is not None:
        pages.append(clinic.search_messages.search(pat, "bill", pages[-1].following))

    assert [[one.conversation.id for one in page.items] for page in pages] == [[short[2], short[1]], [short[0]], [long]]
