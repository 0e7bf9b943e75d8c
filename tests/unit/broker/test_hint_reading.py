"""Validating items of hint queues: valid, expired, or anything else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.broker.hint_reading import LARGEST_BYTES, Reading, read
from tests.chaos.broker_faults import GARBAGE, HINT_BODY, enveloped

TASK = "careroute.route"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def _hint(**headers: object) -> bytes:
    return enveloped(HINT_BODY, task=TASK, id="1", **headers)


@pytest.mark.parametrize(
    ("expires", "reading"),
    [
        (None, Reading.CURRENT),
        (NOW + timedelta(seconds=1), Reading.CURRENT),
        (NOW - timedelta(seconds=1), Reading.EXPIRED),
    ],
)
def test_a_hint_is_of_use_until_it_expires(expires: datetime | None, reading: Reading) -> None:
    assert read(_hint(expires=expires and expires.isoformat()), TASK, NOW) is reading


@pytest.mark.parametrize("raw", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_no_hint_is_unreadable(raw: bytes) -> None:
    assert read(raw, TASK, NOW) is Reading.UNREADABLE


def test_a_hint_of_another_queue_and_a_huge_one_are_unreadable() -> None:
    assert read(_hint(), "careroute.notify", NOW) is Reading.UNREADABLE
    assert read(_hint(more="x" * LARGEST_BYTES), TASK, NOW) is Reading.UNREADABLE


@given(st.binary() | st.recursive(st.none() | st.text(), st.lists).map(str).map(str.encode))
def test_nothing_raises(raw: bytes) -> None:
    assert read(raw, TASK, NOW) is Reading.UNREADABLE
