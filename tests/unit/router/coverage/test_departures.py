"""What hangs on somebody, said before they leave."""

from dataclasses import replace

from router.coverage.departures import Departure, HeldWork, hanging_in_words
from router.messaging.vacancies import NOBODY_ON_CALL

NOTHING = Departure("ann", "Ann", (), catches_all=False, care_teams=0, held=HeldWork())


def test_conversations_that_somebody_owns_are_named_though_nothing_else_hangs_on_them() -> None:
    owner = Departure("ann", "Ann", (), catches_all=False, care_teams=0, held=HeldWork(conversations=2))

    assert hanging_in_words(owner) == ["Owns 2 conversations: replies will be routed by topic."]


def test_unfinished_messages_that_nobody_else_can_take_go_to_the_catch_all() -> None:
    holder = Departure("ann", "Ann", (), catches_all=False, care_teams=0, held=HeldWork(deliveries=2))

    assert hanging_in_words(holder) == [
        "Has 2 unfinished messages: routed again at once. What nobody else can take goes to the catch-all."
    ]


def test_somebody_on_whom_nothing_hangs_has_no_line() -> None:
    assert hanging_in_words(NOTHING) == []


def test_being_on_call_hangs_on_somebody_and_is_lost_where_nobody_else_is() -> None:
    on_call = replace(NOTHING, on_call=True)

    assert hanging_in_words(on_call) == ["On call: the others who are on call get what is urgent."]
    assert hanging_in_words(replace(on_call, vacancies=(NOBODY_ON_CALL,))) == [NOBODY_ON_CALL.message]
