"""The history of a topic page by page, with what the practice moved away from it, however much there is of both."""

from typing import Any
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.flows.patient.conversations import TopicHistory
from router.flows.staff.correction import CorrectionRequest
from router.messages.conversation import PatientRef
from router.messages.inbox import DeliveryRef
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House
from tests.rows import rows_fetched

MANY, A_PAGE = 40, 5
MOTHER = AuthorizedUser("mother", "Mo Doe", permissions=frozenset({Permission.READ}))
PAT = PatientRef(PRACTICE, "pat", None, COMMAND)


@pytest.fixture
def clinic(house: House) -> House:
    """A clinic whose bills and questions go to Ben."""
    patients = [a_patient("pat", authorized_users=(MOTHER,))]
    return house.furnish(settings({Topic.BILLING: ["ben"], Topic.MEDICAL: ["ben"]}), patients=patients)


def write(house: House, count: int, **fields: Any) -> list[UUID]:  # noqa: ANN401 - a test names the fields.
    """Conversations of pat about bills, oldest first."""
    named = {"patient": "pat", "topic": Topic.BILLING} | fields
    drafts = [house.draft(f"key-{fields}-{number}", **named) for number in range(count)]
    return [receipt.conversation for receipt in house.write(*drafts)]


def move(house: House, conversations: list[UUID], topic: Topic = Topic.MEDICAL) -> None:
    """Route what was written, then correct the topic of these, one after the other."""
    while house.route.run().routed:
        pass
    held = {item.conversation: item.delivery for item in house.inbox("ben").items}
    for conversation in conversations:
        ref = DeliveryRef(PRACTICE, held[conversation], "ben", COMMAND)
        house.correction.correct(ref, CorrectionRequest(topic))


def pages(house: House, topic: Topic, limit: int = A_PAGE, ref: PatientRef = PAT) -> list[TopicHistory]:
    found = [house.conversations.history(ref, topic, None, limit)]
    while (following := found[-1].following) is not None:
        found.append(house.conversations.history(ref, topic, following, limit))
    return found


def shown(page: TopicHistory) -> list[UUID]:
    return [thread.conversation.id for thread in page.threads]


def test_each_conversation_is_on_one_page_and_the_newest_are_on_the_first(clinic: House) -> None:
    written = write(clinic, 2 * A_PAGE + 1)

    found = pages(clinic, Topic.BILLING)

    assert [shown(page) for page in found] == [written[6:], written[1:6], written[:1]]
    assert shown(clinic.conversations.history(PAT, Topic.BILLING, None, 2 * A_PAGE + 1)) == written
    assert pages(clinic, Topic.OTHER) == [TopicHistory([], [], None)]


def test_what_was_moved_away_is_on_the_page_of_its_time(clinic: House) -> None:
    written = write(clinic, 7)
    move(clinic, [written[1], written[6]])

    found = pages(clinic, Topic.BILLING, 3)

    assert [shown(page) for page in found] == [[written[4], written[5]], [written[2], written[3]], [written[0]]]
    moved = [[change.conversation for change in page.moved] for page in found]
    assert moved == [[written[6]], [written[1]], []]
    assert [shown(page) for page in pages(clinic, Topic.MEDICAL)] == [[written[1], written[6]]]


def test_a_topic_of_which_all_was_moved_away_has_pages_too(clinic: House) -> None:
    written = write(clinic, 5)
    move(clinic, written[::-1])

    found = pages(clinic, Topic.BILLING, 2)

    assert [shown(page) for page in found] == [[], [], []]
    moved = [[change.conversation for change in page.moved] for page in found]
    assert moved == [[written[4], written[3]], [written[2], written[1]], [written[0]]]


def test_what_came_back_stands_there_once(clinic: House) -> None:
    (thread,) = write(clinic, 1)
    move(clinic, [thread])
    move(clinic, [thread], Topic.BILLING)

    (page,) = pages(clinic, Topic.BILLING)

    assert (shown(page), page.moved) == ([thread], [])


def test_who_acts_for_a_patient_gets_full_pages_of_what_they_may_read(clinic: House) -> None:
    """Private ones used to take the place of others."""
    shared = write(clinic, 3)
    private = write(clinic, 4, private=True)
    move(clinic, [private[0]])

    found = pages(clinic, Topic.BILLING, 3, PatientRef(PRACTICE, "pat", "mother", COMMAND))

    assert [(shown(page), page.moved) for page in found] == [(shared, [])]


def test_a_page_reads_as_much_as_it_shows(clinic: House) -> None:
    """All of a topic was read for each page."""
    written = write(clinic, MANY)
    move(clinic, written[: MANY // 2])

    with rows_fetched(clinic.engine) as rows:
        first = clinic.conversations.history(PAT, Topic.BILLING, None, A_PAGE)
        clinic.conversations.history(PAT, Topic.BILLING, first.following, A_PAGE)

    assert len(rows) > A_PAGE
    assert max(rows) <= A_PAGE + 1
