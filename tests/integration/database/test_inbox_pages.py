"""Pages of an inbox are what sorting all of it would give, and cost what a page costs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import select, text, update

from adapters.database.engine import make_engine
from adapters.database.repositories import inbox_pages
from adapters.database.tables import conversation, delivery, message
from router.messages.inbox import InboxFilter, InboxItem, InboxSort
from router.messages.inbox_search import DeliveryFilter, InboxSearch
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.paging import Position
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, STAFF, House
from tests.plans import rows_read
from tests.transitions import forging

PATIENTS = tuple(a_patient(f"patient-{number}") for number in range(5))
TOPICS = (Topic.BILLING, Topic.OTHER)
TO_ANN = settings({topic: ["ann", "ben"] for topic in TOPICS})
FINISHED = (DeliveryState.DONE, DeliveryState.MOVED)
MESSAGES, A_PAGE = 40, 3
MANY = 1_500


@pytest.fixture
def inbox(house: House) -> House:
    """Two inboxes of messages in any state, which came in one moment, and whose conversations have any owner."""
    luck = Random(17)  # noqa: S311 - any will do.
    house.furnish(TO_ANN, patients=PATIENTS)
    drafts = (house.draft(f"key-{number}") for number in range(MESSAGES))
    house.write(*(replace(draft, patient=luck.choice(PATIENTS).id, topic=luck.choice(TOPICS)) for draft in drafts))
    house.route.run()
    with forging(house.engine) as connection:
        for key in connection.execute(select(delivery.c.id)).scalars().all():
            to_any = update(delivery).where(delivery.c.id == key).values(state=luck.choice(list(DeliveryState)))
            connection.execute(to_any)
            if luck.random() < 0.5:
                # As a process of the release before stores it.
                connection.execute(
                    update(delivery).where(delivery.c.id == key).values(conversation=None, site=None, written_at=None)
                )
        for thread in connection.execute(select(conversation.c.id)).scalars().all():
            owner = luck.choice(["ann", "ben", None])
            connection.execute(update(conversation).where(conversation.c.id == thread).values(owner=owner))
        for one in connection.execute(select(message.c.id)).scalars().all():
            priority = luck.choice(list(Priority))
            connection.execute(update(message).where(message.c.id == one).values(priority=priority))
    return house


def all_of(house: House) -> list[InboxItem]:
    """Ann's deliveries, newest first."""
    with house.database.look() as work:
        rows = work.inbox.items(PRACTICE, "ann", InboxFilter(), None, MESSAGES * 2)
    assert len(rows) == MESSAGES
    assert all(item.conversation for item in rows)
    return sorted(rows, key=lambda item: (item.received_at, item.delivery), reverse=True)


def position_of(items: Sequence[InboxItem]) -> Position | None:
    return (items[-1].received_at, items[-1].delivery) if items else None


def test_the_pages_of_each_set_of_states_follow_one_another(inbox: House) -> None:
    everything = all_of(inbox)
    for states in ((DeliveryState.UNREAD,), (DeliveryState.UNREAD, DeliveryState.READ), FINISHED, DeliveryState):
        paged: list[InboxItem] = []
        wanted = InboxFilter(states=frozenset(states))
        with inbox.database.look() as work:
            while page := work.inbox.items(PRACTICE, "ann", wanted, position_of(paged), A_PAGE):
                assert len(page) <= A_PAGE
                paged.extend(page)

        assert paged == [item for item in everything if item.state in states]


@pytest.mark.parametrize("few", [0, MESSAGES])
def test_what_somebody_owns_is_the_same_however_much_it_is(
    inbox: House, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_pages, "FEW_CONVERSATIONS", few)
    everything, paged = all_of(inbox), list[InboxItem]()
    with inbox.database.look() as work:
        while page := work.inbox.items(PRACTICE, "ann", InboxFilter(owned=True), position_of(paged), A_PAGE):
            paged.extend(page)

    assert paged == [item for item in everything if item.owner == "ann"]


@pytest.mark.parametrize("topic", [None, Topic.OTHER])
@pytest.mark.parametrize("site", [None, "north", "south"])
@pytest.mark.parametrize("priority", [None, *Priority])
def test_a_list_of_a_topic_a_site_and_a_priority_is_what_looking_through_all_of_it_would_give(
    inbox: House, topic: Topic | None, site: str | None, priority: Priority | None
) -> None:
    everything, paged = all_of(inbox), list[InboxItem]()
    wanted = InboxFilter(topic=topic, site=site, priority=priority)
    with inbox.database.look() as work:
        while page := work.inbox.items(PRACTICE, "ann", wanted, position_of(paged), A_PAGE):
            paged.extend(page)

    assert {item.site for item in everything} == {"north"}
    assert paged == [
        item
        for item in everything
        if topic in {None, item.topic} and site in {None, item.site} and priority in {None, item.priority}
    ]


def test_who_wrote_longest_ago_comes_first_whoever_stored_the_delivery(inbox: House) -> None:
    everything, paged = all_of(inbox), list[InboxItem]()
    wanted = InboxFilter(sort=InboxSort.WAITING)
    with inbox.database.look() as work:
        last = None
        while page := work.inbox.items(PRACTICE, "ann", wanted, last, A_PAGE):
            paged.extend(page)
            last = (page[-1].written_at, page[-1].delivery)

    assert paged == sorted(everything, key=lambda item: (item.written_at, item.delivery))


@pytest.mark.parametrize("patients", [None, [], ["patient-1", "patient-3"]])
@pytest.mark.parametrize("topic", [None, Topic.OTHER])
@pytest.mark.parametrize("site", [None, "north", "south"])
def test_a_search_finds_what_looking_through_all_of_it_would(
    inbox: House, patients: list[str] | None, topic: Topic | None, site: str | None
) -> None:
    everything, paged = all_of(inbox), list[InboxItem]()
    wanted = DeliveryFilter(InboxSearch(topic=topic, site=site, until=inbox.operations.ready()), patients)
    with inbox.database.look() as work:
        while page := work.inbox.found(PRACTICE, "ann", wanted, position_of(paged), A_PAGE):
            paged.extend(page)

    assert paged == [
        item
        for item in everything
        if (patients is None or item.patient in patients)
        and topic in {None, item.topic}
        and site in {None, item.site}
    ]  # fmt: skip


def test_whatever_makes_a_delivery_names_its_conversation(house: House) -> None:
    """Routing does, and a hand-over: here to a cover."""
    house.furnish(settings({Topic.BILLING: ["ann"]})).write_many(2)
    house.route.run()
    house.send_away("ann", "ben")
    house.absences.run()

    with house.engine.connect() as connection:
        named = (delivery.c.conversation, delivery.c.site, delivery.c.written_at)
        stored = (conversation.c.id, conversation.c.site, message.c.accepted_at)
        wanted = select(delivery.c.staff, *named, *stored)
        found = connection.execute(wanted.select_from(delivery.join(message).join(conversation))).all()
    assert sorted(row[0] for row in found) == ["ann", "ann", "ben", "ben"]
    assert all(tuple(row)[1:4] == tuple(row)[4:] for row in found)
    assert {row[2] for row in found} == {"north"}


@pytest.fixture
def large(migrated_postgres_url: str) -> Iterator[House]:
    """An inbox of which most is done, in conversations that its holder owns, but for a few."""
    made = make_engine(migrated_postgres_url)
    house = House(made).furnish(TO_ANN, staff=STAFF, patients=PATIENTS)
    for part in range(3):
        drafts = (house.draft(f"{part}-{number}", patient="patient-0") for number in range(MANY // 3))
        house.write(*drafts)
    while house.route.run().routed:
        pass
    with forging(made) as connection:
        connection.execute(update(delivery).values(state=DeliveryState.DONE))
        connection.execute(update(conversation).values(owner="ann"))
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    yield house
    made.dispose()


def test_a_page_reads_what_it_shows_however_much_is_done(large: House) -> None:
    """Each list sorted all of the inbox, and joined all of it first."""
    topic = DeliveryFilter(InboxSearch(topic=Topic.BILLING), None)
    with rows_read(large.engine) as read, large.database.look() as work:
        assert len(work.inbox.items(PRACTICE, "ann", InboxFilter(states=frozenset(FINISHED)), None, A_PAGE)) == A_PAGE
        assert len(work.inbox.items(PRACTICE, "ann", InboxFilter(owned=True), None, A_PAGE)) == A_PAGE
        assert len(work.inbox.found(PRACTICE, "ann", topic, None, A_PAGE)) == A_PAGE

    # Besides the lists there is the count of conversations, which goes no further than it must.
    assert len(read) == 4
    assert sorted(read)[-2] <= 100 * A_PAGE
    assert max(read) <= 3 * inbox_pages.FEW_CONVERSATIONS
