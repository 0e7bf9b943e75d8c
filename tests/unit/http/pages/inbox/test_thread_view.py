"""How a conversation says that a message was passed on, and who did that."""

from dataclasses import replace
from uuid import UUID

import pytest

from adapters.http.pages.inbox.thread_view import entry_views
from router.flows.staff.conversation import StaffThread
from router.messages.cascade import HandOver
from router.messages.conversation import Conversation
from router.messages.hand_overs import NoteOnHandOver
from router.messaging.ladder import Do
from router.practice.topics import Topic
from tests.builders import NOON

NAMES = {"ann": "Ann Lee", "ben": "Ben", "cat": "Cat"}
ID = UUID(int=1)
HANDED = NoteOnHandOver(NOON, ID, "ann", "ben", HandOver.FORWARD, None)


def told(handed: NoteOnHandOver, me: str) -> str:
    conversation = Conversation(
        id=ID,
        patient="sam",
        topic=Topic.BILLING,
        site=None,
        subject="Subject",
        display_name="Billing Office",
        private=False,
        chosen=None,
        owner=None,
        started_at=NOON,
    )
    (view,) = entry_views(StaffThread(conversation, (), (handed,), (), NAMES), me)
    return f"{view.who} {view.role}"


@pytest.mark.parametrize(
    ("kind", "did", "words"),
    [
        (HandOver.STEP, Do.WIDEN, "The ladder gave it to {ben} as well, because it was not dealt with in time"),
        (HandOver.STEP, Do.HAND_OVER, "The ladder handed it over to {ben}, because it was not dealt with in time"),
        (HandOver.STEP, None, "The ladder gave it to {ben}"),
        (HandOver.ON_CALL, None, "The practice gave it to {ben}, on call while it was closed"),
        (HandOver.OVERDUE, None, "An administrator gave it to {ben}, from the list of overdue messages"),
    ],
)
def test_who_had_a_message_is_not_named_as_who_passed_it_on(kind, did, words) -> None:
    handed = replace(HANDED, kind=kind, did=did)
    assert told(handed, "ann") == words.format(ben="Ben")
    assert told(handed, "ben") == words.format(ben="you")
    assert told(replace(handed, giver="ben"), "cat") == words.format(ben="Ben")


def test_a_forward_is_the_act_of_who_had_it() -> None:
    assert told(HANDED, "ann") == "You to Ben forwarded, for staff only"
    assert told(replace(HANDED, taken_back=True), "ben") == "Ann Lee to you forwarded, for staff only, taken back"


def test_an_absence_names_the_cover_first() -> None:
    handed = replace(HANDED, kind=HandOver.ABSENCE)
    assert told(handed, "ann") == "Ben got it as the cover for you during an absence"
    assert told(handed, "ben") == "You got it as the cover for Ann Lee during an absence"
