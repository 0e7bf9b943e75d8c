"""A chart that was merged into another one: nothing is written in it, and the patient reads it from the other one."""

from dataclasses import replace

import pytest

from router.access.sessions import PatientSession
from router.actors import COMMAND
from router.audit import Action
from router.errors import NotFound, ReplyRefused
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.compose import FormRefused, Reason
from router.messages.conversation import CannotReply, PatientRef
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House

MOTHER = AuthorizedUser("mother", "Mo Doe", permissions=frozenset(Permission))
FATHER = AuthorizedUser("father", "Fa Doe", permissions=frozenset(Permission))
OLD = a_patient("old", team=["ann"], authorized_users=(MOTHER,))
NEW = a_patient("new", team=["ann"], authorized_users=(FATHER,))
MERGED = replace(OLD, replaced_by="new")


@pytest.fixture
def told(house: House) -> Receipt:
    """A conversation of the old chart with an answer in it, from the time before it was merged."""
    house.furnish(settings({Topic.BILLING: ["ben"]}), patients=[OLD, NEW])
    receipt = house.write(house.draft("key-1", patient="old"))[0]
    house.route.run()
    item = house.inbox("ben").items[0]
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "ben", COMMAND), ReplyRequest("We will look."))
    return receipt


def come(house: House, patient: str, user: str | None = None) -> PatientSession:
    token, _ = house.portal_links.make(PRACTICE, patient, user, COMMAND)
    person = house.sessions.check(house.portal_links.enter(token))
    assert isinstance(person, PatientSession)
    return person


def listed(house: House, patient: str, actor: str | None = None) -> list[str]:
    """Whose conversations an actor sees, over the API and in the portal."""
    threads, _ = house.conversations.threads(PatientRef(PRACTICE, patient, actor, COMMAND), None, None, 9)
    ref = PatientRef(PRACTICE, patient, actor, COMMAND)
    history = house.conversations.history(ref, Topic.BILLING, None, 9).threads
    overview = house.read_portal.overview(come(house, patient, actor), None, 9)
    seen = [one.conversation.patient for one in threads]
    assert seen == [one.conversation.patient for one in overview.summaries]
    assert seen == [one.conversation.patient for one in history]
    return seen


def test_nothing_is_written_in_a_merged_chart(house: House, told: Receipt) -> None:
    house.bring([], [MERGED])

    form = house.accept.form(PRACTICE, "old", None, None, COMMAND)
    refused, reply = house.try_to_write(
        house.draft("key-2", patient="old"), ReplyDraft("key-3", "old", told.conversation, "Thanks")
    )
    elsewhere = house.try_to_write(ReplyDraft("key-4", "new", told.conversation, "Thanks"))[0]

    assert (form.enabled, form.reason) == (False, Reason.CHART_REPLACED)
    assert isinstance(refused, FormRefused)
    assert isinstance(reply, ReplyRefused)
    assert reply.reason == CannotReply.CHART_REPLACED.value
    assert isinstance(elsewhere, NotFound)
    assert house.accept.form(PRACTICE, "new", None, None, COMMAND).enabled


def test_the_patient_reads_it_from_the_new_chart_and_authorized_users_where_they_were_named(
    house: House, told: Receipt
) -> None:
    assert (listed(house, "old"), listed(house, "new")) == (["old"], [])

    house.bring([], [MERGED])

    assert (listed(house, "old"), listed(house, "new")) == (["old"], ["old"])
    assert (listed(house, "old", "mother"), listed(house, "new", "father")) == (["old"], [])
    thread = house.conversations.threads(PatientRef(PRACTICE, "new", None, COMMAND), None, None, 9)[0][0]
    assert thread.cannot_reply is CannotReply.CHART_REPLACED
    # What the patient wrote themselves is no news, whichever chart they read it from.
    assert thread.unread == 1
    opened = house.read_portal.open(come(house, "new"), told.conversation)
    assert [entry.body for entry in opened.thread.entries][-1] == "We will look."
    assert opened.thread.cannot_reply is CannotReply.CHART_REPLACED
    assert house.read_portal.overview(come(house, "new"), None, 9).unread == 0
    with pytest.raises(NotFound):
        house.read_portal.open(come(house, "new", "father"), told.conversation)


@pytest.mark.parametrize(
    ("changed", "why", "nothing"),
    [
        ({}, CannotReply.CHART_REPLACED, None),
        ({"messaging_enabled": False}, CannotReply.MESSAGING_OFF, CannotReply.MESSAGING_OFF),
    ],
)
def test_a_merged_chart_that_is_closed_too_gives_the_same_reason_wherever_it_is_read(
    house: House, told: Receipt, changed: dict[str, bool], why: CannotReply, nothing: CannotReply | None
) -> None:
    house.bring([], [replace(MERGED, active=False)])
    house.save(settings({Topic.BILLING: ["ben"]}, **changed))

    opened = house.read_portal.open(come(house, "new"), told.conversation)
    refs = [PatientRef(PRACTICE, chart, None, COMMAND) for chart in ("old", "new")]
    listed = [house.conversations.threads(ref, None, None, 9)[0][0].cannot_reply for ref in refs]

    assert [opened.thread.cannot_reply, *listed] == [why] * 3
    # What is new is written from the chart that they are in, if anything can be.
    assert opened.cannot_write is nothing


def test_a_chart_that_was_merged_twice_is_read_from_the_last_one(house: House, told: Receipt) -> None:
    house.bring([], [a_patient("last"), MERGED, replace(NEW, replaced_by="last")])

    assert (listed(house, "last"), listed(house, "new")) == (["old"], ["old"])
    assert house.read_portal.open(come(house, "last"), told.conversation).thread.unread == 1


def test_a_link_that_goes_is_undone_and_both_are_on_record(house: House, told: Receipt) -> None:
    house.bring([], [MERGED])
    house.bring([], [OLD])

    assert listed(house, "new") == []
    assert house.write(ReplyDraft("key-2", "old", told.conversation, "Thanks"))
    rows = [row for row in house.operations.audit(PRACTICE, None, 50) if row.action.startswith("chart.")]
    assert [(row.action, row.subject, row.details) for row in rows] == [
        (Action.CHART_REINSTATED, "old", {}),
        (Action.CHART_REPLACED, "old", {"replaced_by": "new"}),
    ]


def test_staff_may_still_answer_what_was_asked_before(house: House, told: Receipt) -> None:
    house.bring([], [MERGED])
    item = house.inbox("ben", InboxView.DONE).items[0]

    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "ben", COMMAND), ReplyRequest("One thing more."))

    assert house.conversations.thread(PRACTICE, told.conversation, None, COMMAND).entries[-1].body == "One thing more."
