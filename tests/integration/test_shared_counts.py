"""Counts of requests that processes share, in a real Valkey."""

from time import monotonic

from adapters.http.shared_counts import RedisCounts
from tests.processes import wait_for


def test_two_processes_reach_a_limit_together(broker_url: str) -> None:
    """The one that passes it learns so in the background."""
    reported: list[Exception | None] = []
    one, two = (RedisCounts(broker_url, reported.append) for _ in range(2))

    one.share("subject", 10, 6)
    two.add("subject", 10, 6)

    wait_for(lambda: two.full_until("subject") > monotonic(), "the limit")
    assert one.full_until("subject") == 0
    assert reported == []
