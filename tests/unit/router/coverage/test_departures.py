"""What hangs on somebody, said before they leave."""

from router.coverage.departures import Departure, HeldWork, hanging_in_words

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
