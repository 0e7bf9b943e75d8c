"""What the pages of the portal show, to the patient and to those who act for them."""

from uuid import UUID, uuid4

import pytest

from router.access.sessions import PatientSession
from router.actors import COMMAND
from router.audit import Action
from router.errors import NotFound
from router.flows.patient.portal import HistoryPage
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.conversation import CannotReply
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.states import State
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings, topic_set
from tests.house import PRACTICE, House

MOTHER = AuthorizedUser("mother", "Mo Doe", permissions=frozenset(Permission))
WRITER = AuthorizedUser("writer", "Wri Doe", permissions=frozenset({Permission.WRITE}))
PAT = a_patient("pat", team=["ann"], authorized_users=(MOTHER, WRITER))
# The same mother, in another chart.
SIS = a_patient("sis", authorized_users=(MOTHER,))
TO_BEN = settings({Topic.BILLING: ["ben"]})


def come(house: House, patient: str = "pat", user: str | None = None) -> PatientSession:
    """Somebody who came by a link."""
    token, _ = house.portal_links.make(PRACTICE, patient, user, COMMAND)
    person = house.sessions.check(house.portal_links.enter(token))
    assert isinstance(person, PatientSession)
    return person


def write(house: House, key: str, **fields: object) -> Receipt:
    receipt = house.write(house.draft(key, **({"patient": "pat"} | fields)))[0]
    house.route.run()
    return receipt


def answer_to(house: House, receipt: Receipt) -> None:
    items = [*house.inbox("ben").items, *house.inbox("ben", InboxView.DONE).items]
    item = next(one for one in items if one.message == receipt.id)
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "ben", COMMAND), ReplyRequest("We will look."))


@pytest.fixture
def clinic(house: House) -> House:
    """A clinic whose bills go to Ben, behind a display name."""
    return house.furnish(TO_BEN, patients=[PAT, SIS])


def unread(house: House, person: PatientSession) -> dict[UUID, int]:
    return {
        summary.conversation.id: summary.unread for summary in house.read_portal.overview(person, None, 9).summaries
    }


def test_what_was_written_in_last_comes_first_page_by_page(clinic: House) -> None:
    person = come(clinic)
    sent = [write(clinic, key, subject=key) for key in ("one", "two", "three")]
    answer_to(clinic, sent[0])

    first = clinic.read_portal.overview(person, None, 2)
    second = clinic.read_portal.overview(person, first.following, 2)

    assert [summary.conversation.subject for summary in first.summaries] == ["one", "three"]
    assert [summary.conversation.subject for summary in second.summaries] == ["two"]
    assert second.following is None
    assert [summary.last.shown_as for summary in first.summaries] == ["Billing Office", "Pat Doe"]
    assert (first.unread, first.unread_conversations) == (1, 1)
    assert (second.unread, second.unread_conversations) == (1, 1)
    assert first.cannot_write is None


def test_an_empty_list_says_whether_one_can_write(clinic: House) -> None:
    clinic.save(settings(messaging_enabled=False))

    page = clinic.read_portal.overview(come(clinic), None, 9)

    assert (page.summaries, page.following, page.cannot_write) == ((), None, CannotReply.MESSAGING_OFF)


def test_who_acts_for_a_patient_sees_nothing_private_and_nothing_without_the_permission(clinic: House) -> None:
    mother, writer = come(clinic, user="mother"), come(clinic, user="writer")
    shared, private = write(clinic, "shared"), write(clinic, "private", private=True)

    assert list(unread(clinic, mother)) == [shared.conversation]
    assert [
        thread.thread.conversation.id for thread in clinic.read_portal.history(mother, Topic.BILLING, None, 9).threads
    ] == [shared.conversation]
    for attempt in (
        lambda: clinic.read_portal.open(mother, private.conversation),
        lambda: clinic.read_portal.overview(writer, None, 9),
        lambda: clinic.read_portal.open(writer, shared.conversation),
        lambda: clinic.read_portal.history(writer, Topic.BILLING, None, 9),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_another_chart_stays_closed_also_to_somebody_who_acts_in_both(clinic: House) -> None:
    of_sis = write(clinic, "sis", patient="sis")

    for person in (come(clinic), come(clinic, user="mother")):
        with pytest.raises(NotFound):
            clinic.read_portal.open(person, of_sis.conversation)
        assert unread(clinic, person) == {}
    assert clinic.read_portal.open(come(clinic, "sis", "mother"), of_sis.conversation).thread.unread == 1


def test_opening_marks_read_what_was_shown_for_whoever_opened_it(clinic: House) -> None:
    person, mother = come(clinic), come(clinic, user="mother")
    sent = write(clinic, "one")
    answer_to(clinic, sent)

    guessed = clinic.read_portal.open(person, sent.conversation, seen=False)
    opened = clinic.read_portal.open(person, sent.conversation)
    again = clinic.read_portal.open(person, sent.conversation)

    assert [one.thread.unread for one in (guessed, opened, again)] == [1, 1, 0]
    assert unread(clinic, person) == {sent.conversation: 0}
    assert unread(clinic, mother) == {sent.conversation: 2}
    answer_to(clinic, sent)
    assert unread(clinic, person) == {sent.conversation: 1}
    read = [entry for entry in clinic.operations.audit(PRACTICE, None, 99) if entry.action == Action.CONVERSATION_READ]
    assert {(one.actor.id, one.subject) for one in read} == {("pat", str(sent.conversation))}


def test_a_thread_comes_with_its_site_its_receipts_and_the_disclaimer(clinic: House) -> None:
    person = come(clinic)
    sent = write(clinic, "one", site="north")
    answer_to(clinic, sent)
    reply = clinic.write(ReplyDraft("reply", "pat", sent.conversation, "Thank you!"))[0]

    opened = clinic.read_portal.open(person, sent.conversation)

    assert opened.site == "North Clinic"
    assert {one: receipt.status for one, receipt in opened.receipts.items()} == {
        sent.id: State.ANSWERED,
        reply.id: State.ACCEPTED,
    }
    assert len(opened.thread.entries) == 3
    assert "emergency" in opened.disclaimer


def test_the_history_of_a_topic_goes_across_conversations_though_it_is_off_and_is_read_then(clinic: House) -> None:
    person = come(clinic)
    bills = [write(clinic, key) for key in ("one", "two")]
    write(clinic, "other", topic=Topic.MEDICAL, to="ann")
    answer_to(clinic, bills[0])
    clinic.save(settings(practice=topic_set({}, off=[Topic.BILLING])))

    history = clinic.read_portal.history(person, Topic.BILLING, None, 9).threads

    assert [one.thread.conversation.id for one in history] == [bill.conversation for bill in reversed(bills)]
    assert [len(one.receipts) for one in history] == [1, 1]
    assert set(unread(clinic, person).values()) == {0}
    assert clinic.read_portal.history(person, Topic.OTHER, None, 9) == HistoryPage((), None)


def test_a_confirmation_is_for_whoever_wrote_the_message(clinic: House) -> None:
    writer = come(clinic, user="writer")
    of_writer, of_pat = write(clinic, "writer", sender="writer"), write(clinic, "pat")

    sent = clinic.read_portal.sent(writer, of_writer.id)
    receipt, disclaimer = sent.receipt, sent.disclaimer

    assert (receipt.to, receipt.status) == ("Billing Office", State.DELIVERED)
    assert disclaimer
    assert clinic.read_portal.sent(come(clinic), of_pat.id).receipt.id == of_pat.id
    for person, message in (
        (writer, of_pat.id),
        (come(clinic), of_writer.id),
        (come(clinic, "sis"), of_pat.id),
        (writer, uuid4()),
    ):
        with pytest.raises(NotFound):
            clinic.read_portal.sent(person, message)
