"""Looking for something in one's own inbox."""

from datetime import date, timedelta

import pytest

from router.errors import Invalid
from router.messages.inbox_search import (
    MOST_WORDS,
    SOUGHT_LIMIT,
    DeliveryFilter,
    InboxSearch,
    check,
    indexed_words,
    is_meant,
)
from router.practice.topics import Topic
from tests.builders import NOON


@pytest.mark.parametrize(
    ("sought", "meant"),
    [
        ("alvarez", True),
        ("ÁLVAREZ maria", True),
        ("mar alv", True),
        ("mrn-10", True),
        ("maria 1001", True),
        ("maria 2002", False),
        ("mario", False),
    ],
)
def test_every_word_must_be_a_part_of_name_or_record_number(sought, meant) -> None:
    assert is_meant(sought, "María Álvarez", "MRN-1001") is meant


def test_who_has_no_record_number_is_found_by_name_alone() -> None:
    assert is_meant("straße", "Jo Strasse", None)
    assert not is_meant("none", "Jo Strasse", None)


@pytest.mark.parametrize(
    ("search", "fields"),
    [
        (InboxSearch(), ["patient"]),
        (InboxSearch(patient=" \t "), ["patient"]),
        (InboxSearch(patient="a\x00"), ["patient"]),
        (InboxSearch(patient="a" * (SOUGHT_LIMIT + 1)), ["patient"]),
        (InboxSearch(since=NOON, until=NOON), ["until"]),
        (InboxSearch(text="a\x00"), ["text"]),
        (InboxSearch(text="a" * (SOUGHT_LIMIT + 1)), ["text"]),
        (InboxSearch(text="a " * (MOST_WORDS + 1)), ["text"]),
        (InboxSearch(text=", ;"), ["text"]),
    ],
)
def test_what_can_not_be_looked_for_names_its_field(search, fields) -> None:
    with pytest.raises(Invalid) as refused:
        check(search)

    assert [error.field for error in refused.value.errors] == fields


@pytest.mark.parametrize(
    ("search", "asked"),
    [
        (InboxSearch(patient=" Pat "), ["patient"]),
        (InboxSearch(topic=Topic.BILLING, site="north"), ["topic", "site"]),
        (InboxSearch(since=NOON), ["since"]),
        (InboxSearch(text="Pat", born=date(1961, 4, 9)), ["text", "born"]),
        (InboxSearch(until=NOON), ["until"]),
        (InboxSearch(since=NOON, until=NOON + timedelta(days=1)), ["since", "until"]),
    ],
)
def test_one_field_is_enough_and_the_audit_hears_which(search, asked) -> None:
    check(search)

    assert search.asked == asked
    assert "Pat" not in repr(search)


def test_what_is_indexed_and_what_is_sought_are_folded_alike() -> None:
    words = "angstrom angstrom. refill refill: strasse the"
    assert indexed_words("Refill: Ångström", "refill (the Straße), Ångström.") == words
    assert DeliveryFilter(InboxSearch(text="STRASSE, straße ångström"), None).words == ["angstrom", "strasse"]
    assert is_meant("1961 doe", "Jo Doe", None, date(1961, 4, 9))
