"""Whoever sends too much takes no place from others."""

import pytest

from adapters.http.places import STRANGER, Owner, Places
from adapters.http.problems import Busy

HOG, SECOND_KEY, NEIGHBOUR = Owner("hog", "one"), Owner("hog", "two"), Owner("clinic", "three")


def has_room(places: Places, owner: Owner) -> bool:
    """Whether there is one more place for this owner; it is taken."""
    try:
        places.take(owner)
    except Busy:
        return False
    return True


def test_a_key_a_practice_and_strangers_have_bounds_of_their_own() -> None:
    places = Places(100, most_of_a_practice=3, most_of_a_key=2, most_of_strangers=1)

    assert [has_room(places, HOG) for _ in range(3)] == [True, True, False]
    assert [has_room(places, SECOND_KEY) for _ in range(2)] == [True, False]
    assert [has_room(places, STRANGER) for _ in range(2)] == [True, False]
    assert has_room(places, NEIGHBOUR)


def test_with_all_places_taken_a_key_still_has_its_reserved_ones() -> None:
    """Up to twice as many in all; strangers have none."""
    places = Places(2, reserved=1)
    for _ in range(2):
        places.take(HOG)

    assert [has_room(places, NEIGHBOUR), has_room(places, NEIGHBOUR)] == [True, False]
    assert not has_room(places, STRANGER)
    assert has_room(places, SECOND_KEY)
    assert not has_room(places, Owner("other", "four"))


def test_who_leaves_makes_room() -> None:
    places = Places(1)
    places.take(HOG)
    places.leave(HOG)

    assert places.taken == 0
    places.take(STRANGER)
    with pytest.raises(Busy):
        places.take(STRANGER)
