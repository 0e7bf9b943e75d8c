"""Lists of the portal page by page, however many conversations a patient has, and searching in them."""

from datetime import timedelta
from typing import Any

import pytest

from router.access.sessions import PatientSession
from router.actors import COMMAND
from router.audit import Action
from router.errors import Invalid, NotFound
from router.flows.patient import search
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House
from tests.rows import rows_fetched

MANY = 2_000
A_GROUP = 500
A_PAGE = 20
MOTHER = AuthorizedUser("mother", "Mo Doe", permissions=frozenset({Permission.READ}))
PAT = a_patient("pat", authorized_users=(MOTHER,))


def come(house: House, user: str | None = None) -> PatientSession:
    token, _ = house.portal_links.make(PRACTICE, "pat", user, COMMAND)
    person = house.sessions.check(house.portal_links.enter(token))
    assert isinstance(person, PatientSession)
    return person


@pytest.fixture
def clinic(house: House) -> House:
    """A clinic whose bills go to Ben."""
    return house.furnish(settings({Topic.BILLING: ["ben"]}), patients=[PAT])


def write(house: House, count: int, **fields: Any) -> list[str]:  # noqa: ANN401 - a test names the fields.
    """Conversations of pat, oldest first; their ids."""
    receipts = []
    for first in range(0, count, A_GROUP):
        numbers = range(first, min(count, first + A_GROUP))
        named = {"patient": "pat", "subject": "About {}"} | fields
        key = f"{named['subject']}-{named.get('private')}"
        receipts += house.write(
            *(house.draft(f"{key}-{one}", **named | {"subject": str(named["subject"]).format(one)}) for one in numbers)
        )
    return [str(one.conversation) for one in receipts]


def answer(house: House, conversation: str, body: str = "We will look.") -> None:
    house.route.run()
    item = next(one for one in house.inbox("ben").items if str(one.conversation) == conversation)
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "ben", COMMAND), ReplyRequest(body))


def test_two_thousand_conversations_are_listed_a_page_at_a_time(clinic: House) -> None:
    written = write(clinic, MANY)
    clinic.clock.by += timedelta(minutes=1)
    # Somebody comes back to the oldest one.
    answer_first = clinic.read_portal.open(
        come(clinic), clinic.accept.receipt_by_key(PRACTICE, "About {}-None-0").conversation
    )
    assert answer_first.thread.unread == 0
    person = come(clinic)

    with rows_fetched(clinic.engine) as rows:
        page = clinic.read_portal.overview(person, None, A_PAGE)
        seen = [str(one.conversation.id) for one in page.summaries]
        second = clinic.read_portal.overview(person, page.following, A_PAGE)
        history = clinic.read_portal.history(person, Topic.BILLING, None, A_PAGE)
        rest = clinic.read_portal.history(person, Topic.BILLING, history.following, A_PAGE)

    assert max(rows) <= 2 * A_PAGE
    assert seen == written[: -A_PAGE - 1 : -1]
    assert [str(one.conversation.id) for one in second.summaries] == written[-A_PAGE - 1 : -2 * A_PAGE - 1 : -1]
    assert [str(one.thread.conversation.id) for one in (*history.threads, *rest.threads)] == written[
        : -2 * A_PAGE - 1 : -1
    ]
    assert (page.unread, page.unread_conversations) == (0, 0)


def test_every_conversation_is_on_one_page_and_the_last_written_in_comes_first(clinic: House) -> None:
    written = write(clinic, 25)
    answer(clinic, written[3])
    person, found, following = come(clinic), [], None
    while True:
        page = clinic.read_portal.overview(person, following, 7)
        found += [str(one.conversation.id) for one in page.summaries]
        assert (page.unread, page.unread_conversations) == (1, 1)
        if (following := page.following) is None:
            break

    assert found == [written[3], *reversed([one for one in written if one != written[3]])]


def test_who_acts_for_a_patient_counts_and_lists_nothing_private(clinic: House) -> None:
    shared, private = write(clinic, 2), write(clinic, 2, private=True)
    answer(clinic, shared[0])
    answer(clinic, private[0])
    mother, pat = come(clinic, "mother"), come(clinic)

    theirs, own = (clinic.read_portal.overview(one, None, 9) for one in (mother, pat))

    assert {str(one.conversation.id) for one in theirs.summaries} == set(shared)
    assert (theirs.unread, theirs.unread_conversations) == (3, 2), "what pat wrote is news to her"
    assert (own.unread, own.unread_conversations) == (2, 2)
    listed = clinic.read_portal.history(mother, Topic.BILLING, None, 9).threads
    assert {str(one.thread.conversation.id) for one in listed} == set(shared)


def test_news_is_what_was_written_since_an_entry(clinic: House) -> None:
    (conversation,) = write(clinic, 1)
    person = come(clinic)
    opened = clinic.read_portal.open(person, clinic.accept.receipt_by_key(PRACTICE, "About {}-None-0").conversation)
    thread, newest = opened.thread.conversation.id, opened.thread.entries[-1].id
    assert not clinic.read_portal.has_news(person, thread, newest)

    answer(clinic, conversation)

    assert clinic.read_portal.has_news(person, thread, newest)
    now = clinic.read_portal.open(person, thread).thread.entries[-1].id
    assert not clinic.read_portal.has_news(person, thread, now)


def test_words_are_found_in_subjects_texts_and_names(clinic: House) -> None:
    written = write(clinic, 3)
    answer(clinic, written[1], "The insurer wrote.")
    person = come(clinic)

    def found(sought: str) -> list[str]:
        return [str(one.conversation.id) for one in clinic.search_messages.search(person, sought, None).items]

    assert found("INSURER wrote") == [written[1]]
    assert found("about 2") == [written[2]]
    assert found("billing office") == [written[1]]
    assert found("question") == [written[1], written[2], written[0]]
    assert found("nothing like it") == []
    rows = [row for row in clinic.operations.audit(PRACTICE, None, 99) if row.action == Action.CONVERSATIONS_SEARCHED]
    assert {row.subject for row in rows} == {"pat"}
    assert not any("insurer" in str(row).lower() for row in rows)


def test_a_search_reads_so_many_conversations_and_then_asks_to_go_on(clinic: House, monkeypatch) -> None:
    monkeypatch.setattr(search, "SLICE", 3)
    monkeypatch.setattr(search, "MOST_READ", 6)
    written = write(clinic, 8)
    person = come(clinic)

    first = clinic.search_messages.search(person, "about", None)
    second = clinic.search_messages.search(person, "about", first.following)

    assert [str(one.conversation.id) for one in (*first.items, *second.items)] == written[::-1]
    assert len(first.items) == 6
    assert second.following is None


def test_a_search_finds_nothing_that_may_not_be_read(clinic: House) -> None:
    write(clinic, 1, private=True)
    writer = AuthorizedUser("writer", "Wri Doe", permissions=frozenset({Permission.WRITE}))
    clinic.bring([], [a_patient("pat", authorized_users=(MOTHER, writer))])

    assert clinic.search_messages.search(come(clinic, "mother"), "about", None).items == ()
    with pytest.raises(NotFound):
        clinic.search_messages.search(come(clinic, "writer"), "about", None)
    with pytest.raises(Invalid):
        clinic.search_messages.search(come(clinic), " ", None)
