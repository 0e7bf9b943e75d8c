"""Searching one's own inbox, on both databases."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.pool import QueuePool

from adapters.database.ids import SETTLED
from adapters.database.repositories import inbox_pages
from adapters.database.repositories import inbox_search as inbox_search_repository
from router.actors import COMMAND
from router.errors import Invalid, NotFound
from router.flows import indexing
from router.flows.staff import inbox_search
from router.flows.staff.inbox import InboxView
from router.flows.staff.inbox_search import FoundPage
from router.flows.worker.index_words import IndexWords
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.inbox_search import MOST_PATIENTS, InboxSearch, indexed_words
from router.messages.states import DeliveryState
from router.ports.search_words import UnindexedMessage
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, STAFF, House

TO_ANN = settings({Topic.BILLING: ["ann", "ben"], Topic.OTHER: ["ben"]})
PATIENTS = (
    a_patient("maria", name="María Álvarez", record_number="MRN-1001"),
    a_patient("mario", name="Mario Rossi", record_number="MRN-2002", home_site="south", sites=("south",)),
)


ANN = InboxRef(PRACTICE, "ann", COMMAND)


def furnish(house: House) -> House:
    house.furnish(TO_ANN, staff=STAFF, patients=PATIENTS)
    house.write(
        house.draft("one", patient="maria", subject="First"),
        house.draft("two", patient="mario", subject="Second"),
        house.draft("three", patient="maria", topic=Topic.OTHER, subject="Ben's alone"),
    )
    house.route.run()
    return house


def find(house: House, staff: str = "ann", **values: object) -> list[str]:
    return subjects(house.search_inbox.search(InboxRef(PRACTICE, staff, COMMAND), InboxSearch(**values), None, 50))  # type: ignore[arg-type] # a test names the fields.


def subjects(page: FoundPage) -> list[str]:
    return sorted(item.subject for item in page.items)


def test_a_search_finds_by_patient_topic_site_and_time_only_what_is_ones_own(house: House) -> None:
    furnish(house)
    now = house.operations.ready()

    assert find(house, patient="alvarez") == ["First"]
    assert find(house, patient="mrn-1001") == ["First"]
    assert find(house, "ben", patient="ALVAREZ") == ["Ben's alone", "First"]
    assert find(house, patient="mari") == ["First", "Second"]
    assert find(house, patient="nobody") == []
    assert find(house, topic=Topic.OTHER) == []
    assert find(house, "ben", topic=Topic.OTHER) == ["Ben's alone"]
    assert find(house, site="south") == ["Second"]
    assert find(house, patient="mari", site="south", topic=Topic.BILLING) == ["Second"]
    assert find(house, since=now - timedelta(hours=1)) == ["First", "Second"]
    assert find(house, until=now - timedelta(hours=1)) == []
    assert find(house, "ada", patient="mari") == []


def test_words_are_found_however_they_are_typed_once_routing_is_over(house: House) -> None:
    furnish(house)
    house.write(house.draft("four", patient="mario", subject="Refill?", body="Øxycodone, the “Straße” one: 100%_\\"))
    house.clock.by = SETTLED + timedelta(seconds=1)
    with house.database.look() as work:
        assert len(work.search_words.unindexed(10)) == 3
    house.route.run()

    assert find(house, text="oxycod") == ["Refill?"]
    assert find(house, text="REFILL strasse") == ["Refill?"]
    assert find(house, text="refill other") == []
    assert find(house, text="100%_\\") == ["Refill?"]
    assert find(house, text="1%0") == []
    assert find(house, text="bill", patient="alvarez") == ["First"]
    assert find(house, text="refill", topic=Topic.OTHER) == []
    assert find(house, "ada", text="refill") == []
    page = house.search_inbox.search(ANN, InboxSearch(text="refill"), None, 50)
    assert (page.next, page.looked_until, page.is_indexing, page.patients) == (None, None, False, ())


def test_patients_are_found_by_birth_date_and_all_that_fit_are_told(house: House) -> None:
    born = date(1961, 4, 9)
    twins = (a_patient("tim", name="Tim Øst", birth_date=born), a_patient("tom", name="Tom Oest", birth_date=born))
    house.furnish(TO_ANN, staff=STAFF, patients=(*twins, *PATIENTS))
    house.write(*(house.draft(one, patient=one, subject=one) for one in ("tim", "tom", "maria")))
    house.route.run()

    assert find(house, born=born) == ["tim", "tom"]
    assert find(house, patient="ost, tim", born=born) == ["tim"]
    assert find(house, patient="1961-04-09 tom") == ["tom"]
    assert find(house, born=date(1961, 4, 10)) == []
    page = house.search_inbox.search(ANN, InboxSearch(born=born), None, 50)
    assert [(patient.id, patient.birth_date) for patient in page.patients] == [("tim", born), ("tom", born)]


def test_a_search_looks_at_so_many_and_offers_older_ones(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (inbox_pages, inbox_search_repository):
        monkeypatch.setattr(module, "SEARCHED_DELIVERIES", 4)
    house.furnish(TO_ANN, patients=PATIENTS)
    for number in range(10):
        house.write(house.draft(f"m{number}", patient="maria" if number == 1 else "mario", subject=f"m{number}"))
        house.route.run()
    looked, before, found = [], None, []
    while True:
        page = house.search_inbox.search(ANN, InboxSearch(text="m1"), before, 5)
        looked.append(page.looked_until is not None)
        found += subjects(page)
        before = page.next
        if before is None:
            break
    assert (found, looked) == (["m1"], [True, True, False])

    pages = [house.search_inbox.search(ANN, InboxSearch(patient="maria"), None, 5)]
    while pages[-1].next is not None:
        pages.append(house.search_inbox.search(ANN, InboxSearch(patient="maria"), pages[-1].next, 5))
    assert [subjects(page) for page in pages] == [[], [], ["m1"]]
    assert [len(page.patients) for page in pages] == [0, 0, 1]
    topic = house.search_inbox.search(ANN, InboxSearch(topic=Topic.BILLING), None, 3)
    assert (subjects(topic), topic.looked_until) == (["m7", "m8", "m9"], None)


def test_what_the_sweep_has_not_come_to_is_indexed_by_the_search(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_search, "MOST_INDEXED", 2)
    house.furnish(TO_ANN).write_many(5)
    house.route.run()

    searches = [house.search_inbox.search(ANN, InboxSearch(text="bill"), None, 9) for _ in range(3)]

    assert [(len(search.items), search.is_indexing) for search in searches] == [(2, True), (4, True), (5, False)]


def test_the_sweep_indexes_what_is_routed_of_every_practice_and_each_message_once(house: House) -> None:
    house.furnish(TO_ANN)
    house.furnish(TO_ANN, practice="elsewhere")
    house.write_many(3)
    house.write_many(2, practice="elsewhere")
    house.route.run()
    # Others may be stored yet whose ids were made before these.
    assert house.index_words.run() == 0
    house.clock.by = SETTLED + timedelta(seconds=1)
    house.write(house.draft("more"), practice="elsewhere")

    small = IndexWords(house.database, batch=2)
    assert [small.run() for _ in range(4)] == [2, 2, 1, 0]
    house.write(house.draft("late"))
    house.route.run()
    assert house.index_words.run() == 2
    with house.database.begin() as work:
        assert work.search_words.missing(PRACTICE, "ann", None, 10) == []
    assert "canary" not in repr(UnindexedMessage(PRACTICE, UUID(int=1), "canary", "canary"))


def test_what_is_done_is_found_as_well(house: House) -> None:
    furnish(house)
    for item in house.inbox("ann").items:
        house.read_inbox.mark(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), DeliveryState.DONE)

    assert house.inbox("ann", InboxView.OPEN).items == ()
    assert find(house, patient="mari") == ["First", "Second"]


def test_what_was_found_comes_in_pages_newest_first(house: House) -> None:
    house.furnish(TO_ANN).write_many(5)
    house.route.run()

    pages, before = [], None
    while True:
        page = house.search_inbox.search(InboxRef(PRACTICE, "ann", COMMAND), InboxSearch(patient="pat"), before, 2)
        pages.append([item.delivery for item in page.items])
        before = page.next
        if before is None:
            break

    assert [len(one) for one in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == [item.delivery for item in house.inbox("ann").items]


def test_a_search_is_on_record_without_its_words(house: House) -> None:
    furnish(house)
    find(house, patient="alvarez", topic=Topic.BILLING)

    row = house.operations.audit(PRACTICE, None, 1)[0]

    assert (row.action, row.subject) == ("inbox.searched", "ann")
    assert row.details["asked"] == ["patient", "topic"]
    assert row.details["deliveries"] == [
        str(
            house.search_inbox.search(InboxRef(PRACTICE, "ann", COMMAND), InboxSearch(patient="alvarez"), None, 5)
            .items[0]
            .delivery
        )
    ]
    assert "lvarez" not in str(row)


def test_too_many_patients_are_refused_and_so_is_nothing_at_all(house: House) -> None:
    many = [a_patient(f"pat-{number}") for number in range(MOST_PATIENTS + 1)]
    house.furnish(TO_ANN, patients=many)
    house.write(*(house.draft(one.id, patient=one.id) for one in many))
    house.route.run()

    for values in ({"patient": "pat doe"}, {}):
        with pytest.raises(Invalid) as refused:
            find(house, **values)
        assert [error.field for error in refused.value.errors] == ["patient"]
    with pytest.raises(NotFound):
        find(house, "nobody", patient="pat")


def test_no_connection_is_held_while_words_are_folded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(house)
    held: list[int] = []
    pool = house.engine.pool
    assert isinstance(pool, QueuePool)

    def fold(*texts: str) -> str:
        held.append(pool.checkedout())
        return indexed_words(*texts)

    monkeypatch.setattr(indexing, "indexed_words", fold)

    assert find(house, text="bill") == ["First", "Second"]
    assert held == [0, 0]
