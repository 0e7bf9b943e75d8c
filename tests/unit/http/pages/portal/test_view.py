"""What the portal says in words: receipts, and what changed in the form since its writer saw it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from adapters.http.pages.portal.form import ComposeInput, ComposeView, changes, read_shown
from adapters.http.pages.portal.view import receipt_in_words
from router.messages.acceptance import Receipt
from router.messages.states import State
from router.practice.people import Practice
from router.practice.topics import Topic
from tests.builders import NOON

CLINIC = Practice("clinic", "Clinic", "America/Chicago")
TEAM = {"lee": "Dr. Lee", "ben": "Ben"}
SEEN = ComposeView("north", {"billing": "Billing Office", "medical": TEAM}, {"al": "Al"})
SITES = {"north": "North Clinic"}
TO_LEE = ComposeInput(site="north", topic=Topic.MEDICAL, to={Topic.MEDICAL: "lee"})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": State.ACCEPTED}, "on its way"),
        ({"status": State.PARKED}, "waiting for somebody at the practice to be available"),
        ({"status": State.DELIVERED}, "delivered"),
        (
            {"status": State.OPENED, "opened_at": NOON + timedelta(hours=2)},
            "delivered, opened Mon 2 Mar 2026, 08:00 CST",
        ),
        (
            {"status": State.ANSWERED, "opened_at": NOON, "answered_at": NOON},
            "delivered, opened Mon 2 Mar 2026, 06:00 CST, answered",
        ),
    ],
)
def test_a_receipt_says_what_became_of_a_message(values, words) -> None:
    receipt = Receipt(uuid4(), uuid4(), to="Billing Office", accepted_at=NOON, **values)

    assert receipt_in_words(receipt, CLINIC.time_zone) == f"Sent Mon 2 Mar 2026, 06:00 CST, {words}"


@pytest.mark.parametrize(
    ("now", "typed", "told"),
    [
        (SEEN, TO_LEE, []),
        (
            ComposeView("north", {"medical": {"ben": "Ben", "kim": "Kim"}}, {}),
            TO_LEE,
            [
                "You can no longer choose Dr. Lee for Medical.",
                "You can now choose Kim for Medical.",
                "Billing is no longer available.",
                "Al can no longer read it.",
            ],
        ),
        # Somebody else left the care team: that is nothing to whoever chose Dr. Lee.
        (ComposeView("north", {"medical": {"lee": "Dr. Lee"}}, {"al": "Al"}), TO_LEE, []),
        (ComposeView("north", SEEN.topics, {"al": "Al", "eve": "Eve"}), TO_LEE, ["Eve can now read it too."]),
        (ComposeView("north", SEEN.topics, {"eve": "Eve"}), ComposeInput(site="north", private=True), []),
        (ComposeView(None, SEEN.topics, {"al": "Al"}), TO_LEE, ["You no longer choose a site."]),
        (
            ComposeView(
                "north", {"billing": "Billing Office", "medical": "Nurses", "other": "Front Desk"}, {"al": "Al"}
            ),
            TO_LEE,
            ["Medical now goes to Nurses.", "Other is now available."],
        ),
    ],
)
def test_what_changed_is_told_where_it_matters_to_the_message(now, typed, told) -> None:
    assert sorted(changes(SEEN, now, typed, SITES)) == sorted(told)


def test_what_was_shown_is_read_back_as_it_was() -> None:
    assert read_shown(SEEN.as_json()) == SEEN
