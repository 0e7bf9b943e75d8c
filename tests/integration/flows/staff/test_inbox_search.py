"""Searching one's own inbox, on both databases."""

from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.errors import Invalid
from router.flows.staff.inbox import InboxView
from router.flows.staff.inbox_search import FoundPage
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.inbox_search import MOST_PATIENTS, InboxSearch
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, STAFF, House

TO_ANN = settings({Topic.BILLING: ["ann", "ben"], Topic.OTHER: ["ben"]})
PATIENTS = (
    a_patient("maria", name="María Álvarez", record_number="MRN-1001"),
    a_patient("mario", name="Mario Rossi", record_number="MRN-2002", home_site="south", sites=("south",)),
)


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
        assert [one.field for one in refused.value.errors] == ["patient"]
