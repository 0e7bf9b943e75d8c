"""Words on pages that need no database."""

from pathlib import Path

import pytest

from adapters.http.pages.ops.view import REASONS, age, state_in_words, without_addresses
from router.messages.states import ParkedReason

GUIDE = Path(__file__).resolve().parents[5] / "docs" / "operations.md"


def test_every_reason_for_parking_is_explained_on_the_page_and_in_the_guide() -> None:
    rows = [line for line in GUIDE.read_text().splitlines() if line.startswith("| ")]

    assert {reason.value for reason in ParkedReason} <= set(REASONS)
    assert [reason for reason in REASONS if not any(f", `{reason}` |" in row for row in rows)] == []


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min"), (7_500, "2 h 5 min"), (200_000, "2 d 7 h")]
)
def test_ages_are_told_in_words(seconds, words) -> None:
    assert age(seconds) == words


def test_a_mail_servers_words_lose_their_addresses() -> None:
    assert without_addresses("550 <a.b@c.example> rejected by d@e") == "550 <[address]> rejected by [address]"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (("message", "answered", None), "It is in the inboxes."),
        (("notification", "leased", None), "It is waiting to be sent."),
        (("notification", "sent", None), "The mail server accepted it."),
        (("notification", "suppressed", "link_ended"), "It is no longer needed: link_ended."),
    ],
)
def test_what_became_of_something_is_told_in_words(found, words) -> None:
    assert state_in_words(*found) == words
