"""Repairing names that come out of other systems."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.text import problem_with, repair
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


ENTITIES = ["&amp;", "&#38;", "&#x26;", "&semi;", "&num;", "&lt;", "&notit;", "&unheard;", "&#1;", "amp;", *"&;#38lta "]


@given(st.lists(st.sampled_from(ENTITIES)).map("".join))
def test_no_entity_is_left_however_they_are_nested(text: str) -> None:
    plain = text
    while (fewer := repair.ENTITY.sub(lambda entity: html.unescape(entity[0]), plain)) != plain:
        plain = fewer

    assert repair_text(text, 10_000).text == repair_text(plain, 10_000).text
    assert not repair_text(repair_text(text, 10_000).text, 10_000).repairs


class Counting:
    """A pattern that adds up how many letters it looks at."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.letters = 0

    def search(self, text: str) -> re.Match[str] | None:
        self.letters += len(text)
        return self.pattern.search(text)


def test_a_text_is_not_read_again_for_each_time_that_it_was_made_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte took an hour."""
    text = "&" + "amp;" * 1_000 + "#39;"
    patterns = Counting(repair.ENTITY), Counting(repair.ENTITY_AT_END)
    monkeypatch.setattr(repair, "ENTITY", patterns[0])
    monkeypatch.setattr(repair, "ENTITY_AT_END", patterns[1])

    assert repair_text(text, 10).text == "'"

    assert sum(pattern.letters for pattern in patterns) <= 10 * len(text)


@given(st.text(), st.integers(2, 40))
def test_what_is_left_is_fine_and_needs_no_more_repair(text: str, limit: int) -> None:
    found = repair_text(text, limit)

    assert not found.text or problem_with(found.text, limit) is None
    assert repair_text(found.text, limit) == type(found)(found.text)
