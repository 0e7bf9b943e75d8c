"""What a list shows of what a search found."""

from datetime import timedelta
from uuid import UUID

from router.messages.passages import LONGEST, FoundReply, best_of, lacking, passage
from tests.builders import NOON


def test_a_short_text_is_shown_as_it_is_and_a_long_one_from_its_beginning() -> None:
    long = "word " * 100

    assert passage("One\n two", ()) == "One two"
    assert passage(long, ("word",)) == f"{long[:LONGEST].rstrip()}…"
    assert passage(long, ("absent",)) == passage(long, ())


def test_a_word_far_behind_is_shown_with_the_words_before_it() -> None:
    text = "word " * 100 + "take the Amoxicillín, with food"

    shown = passage(text, ("amoxicillin",))

    assert shown == "… word word word word word word take the Amoxicillín, with food"


def test_a_word_is_lacking_where_it_is_a_part_of_no_word() -> None:
    assert lacking(["bill", "food", "amoxi"], "A bill", "Amoxicillin, please") == ["food"]


def test_the_reply_with_most_words_is_shown_and_of_several_the_newest() -> None:
    def reply(number: int, body: str) -> FoundReply:
        return FoundReply(UUID(int=1), UUID(int=number), "ann", NOON + timedelta(hours=number), body)

    one, both, again = reply(1, "food"), reply(2, "food and drink"), reply(3, "drink, food")

    assert best_of([one, both], ["drink", "food"]) == both
    assert best_of([both, again, one], ["drink", "food"]) == again
    assert best_of([], ["drink"]) is None
