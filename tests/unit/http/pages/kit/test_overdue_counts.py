"""The number in the navigation: counted once a minute, by practice, and for the list itself every time."""

from adapters.http.pages.kit.overdue_counts import OverdueCounts


def test_it_is_counted_again_after_a_minute_or_when_it_must_be_right() -> None:
    counted: list[str] = []
    time = [0.0]

    def count(practice: str) -> int:
        counted.append(practice)
        return len(counted)

    counts = OverdueCounts(count, lambda: time[0])
    assert [counts.of("one", anew=False) for _ in range(3)] == [1, 1, 1]
    assert counts.of("two", anew=False) == 2
    time[0] = 59.0
    assert counts.of("one", anew=False) == 1
    assert counts.of("one", anew=True) == 3
    time[0] = 90.0
    assert counts.of("one", anew=False) == 3
    time[0] = 120.0
    assert counts.of("one", anew=False) == 4
