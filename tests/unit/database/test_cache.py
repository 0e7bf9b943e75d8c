"""What a process keeps in memory is the version that was asked for, and no more of it than it may."""

from collections.abc import Callable

from adapters.database.cache import RecentCache, VersionedCache


def loader(loaded: list[str], value: str) -> Callable[[], str]:
    def load() -> str:
        loaded.append(value)
        return value

    return load


def test_a_version_is_loaded_once() -> None:
    cache, loaded = VersionedCache[str](), list[str]()

    got = [cache.get("clinic", version, loader(loaded, f"v{version}")) for version in (1, 1, 2, 2)]

    assert got == ["v1", "v1", "v2", "v2"]
    assert loaded == ["v1", "v2"]


def test_practices_do_not_share_values() -> None:
    cache, loaded = VersionedCache[str](), list[str]()

    got = [cache.get(practice, 1, loader(loaded, practice)) for practice in ("a", "b", "a", "b")]

    assert got == ["a", "b", "a", "b"]
    assert loaded == ["a", "b"]


def test_the_practice_that_was_used_least_recently_goes_first() -> None:
    cache, loaded = VersionedCache[str](2), list[str]()

    for practice in ("a", "b", "a", "c", "a", "b"):
        cache.get(practice, 1, loader(loaded, practice))

    assert loaded == ["a", "b", "c", "b"]


def test_values_that_were_asked_for_stay_when_others_come() -> None:
    cache = RecentCache[str, int](2)
    cache.keep({"a": 1, "b": 2})

    assert cache.get_all(["a", "unknown"]) == {"a": 1}
    cache.keep({"c": 3})

    assert cache.get_all(["a", "b", "c"]) == {"a": 1, "c": 3}


def test_more_than_fits_keeps_the_last() -> None:
    cache = RecentCache[int, int](2)

    cache.keep({number: number for number in range(5)})

    assert cache.get_all(range(5)) == {3: 3, 4: 4}
