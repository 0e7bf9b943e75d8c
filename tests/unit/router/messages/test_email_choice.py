"""Who wants emails about answers."""

from uuid import UUID

import pytest

from router.messages.email_choice import EmailChoice, choice_of, notification_in, told_at
from router.practice.people import AuthorizedUser
from tests.builders import a_patient

DESK = "Family@Home.example"
MUM = AuthorizedUser("mum", "Mum", email=DESK.lower(), notify=True)
DAD = AuthorizedUser("dad", "Dad", email="dad@home.example")
CHILD = a_patient("pat", email=DESK, notify=True, authorized_users=(MUM, DAD))
ID = UUID("0195f2c0-0000-7000-8000-00000000abcd")


@pytest.mark.parametrize(
    ("asked", "chosen", "wanted"),
    [
        (True, None, True),
        (False, None, False),
        (True, False, False),
        (False, True, True),
        (True, True, True),
        (False, False, False),
    ],
)
def test_what_somebody_chose_holds_whatever_the_roster_says(asked, chosen, wanted) -> None:
    assert EmailChoice(asked, chosen, DESK).wanted is wanted


def test_each_reader_has_a_choice_of_their_own() -> None:
    chosen = {"": False, "dad": True}

    assert choice_of(CHILD, None, chosen) == EmailChoice(asked=True, chosen=False, address=DESK)
    assert choice_of(CHILD, MUM, chosen) == EmailChoice(asked=True, chosen=None, address=DESK.lower())
    assert choice_of(CHILD, DAD, chosen).wanted


def test_one_email_tells_everybody_at_an_address_who_wants_it() -> None:
    assert told_at(CHILD, DESK.upper(), {}) == [("", None), ("mum", MUM)]
    assert told_at(CHILD, DESK, {"mum": False}) == [("", None)]
    assert told_at(CHILD, "dad@home.example", {}) == []
    assert told_at(a_patient("pat", notify=True), DESK, {}) == []


def test_an_address_is_in_no_repr() -> None:
    assert DESK not in repr(choice_of(CHILD, None, {}))


def test_a_token_names_its_notification() -> None:
    assert notification_in(f"{ID.hex}.signature") == ID


@pytest.mark.parametrize("token", ["", ".", "x", "0195f2c0.y", f"{ID.hex}0.y", "\u0660" * 31, "\ud800"])
def test_what_names_none_is_no_token(token) -> None:
    assert notification_in(token) is None
