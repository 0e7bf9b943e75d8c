"""Repairing names that come out of other systems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.text import problem_with
from router.text.repair import Repair, repair_text


@pytest.mark.parametrize(
    ("text", "repaired", "repairs"),
    [
        ("Plain", "Plain", ()),
        (" Two\n lines\t", "Two lines", ()),
        ("LUKE\x92S \x96 NORTH", "LUKE\u2019S \u2013 NORTH", (Repair.WINDOWS_1252,)),
        ("wait\x85", "wait…", (Repair.WINDOWS_1252,)),
        ("O&#39;Brien &amp; Ren&eacute;&nbsp;Roe", "O'Brien & René Roe", (Repair.ENTITIES,)),
        ("D&amp;#39;Arcy &#146; Co", "D'Arcy \u2019 Co", (Repair.ENTITIES,)),
        ("AT&T &co; &copy &unheard;", "AT&T &co; &copy &unheard;", ()),
        ("East&#7; Wing", "East Wing", (Repair.ENTITIES,)),
        ("East\x00 Wing\x07", "East Wing", (Repair.DROPPED,)),
        ("No\x81thing", "Nothing", (Repair.DROPPED,)),
        ("half\ud800", "half", (Repair.DROPPED,)),
        ("\x93a\x94\x1f", "“a”", (Repair.WINDOWS_1252, Repair.DROPPED)),
        ("x" * 11, "xxxxxxxxx…", (Repair.CUT,)),
        ("xxxxxxxx yyy", "xxxxxxxx…", (Repair.CUT,)),
        ("\x07", "", (Repair.DROPPED,)),
        ("\u00ad \u200b", "", ()),
    ],
)
def test_a_text_is_made_one_that_a_roster_can_hold(text, repaired, repairs) -> None:
    found = repair_text(text, 10 if len(text) > 10 and "x" in text else 200)

    assert (found.text, found.repairs) == (repaired, repairs)


@given(st.text(), st.integers(2, 40))
def test_what_is_left_is_fine_and_needs_no_more_repair(text: str, limit: int) -> None:
    found = repair_text(text, limit)

    assert not found.text or problem_with(found.text, limit) is None
    assert repair_text(found.text, limit) == type(found)(found.text)
