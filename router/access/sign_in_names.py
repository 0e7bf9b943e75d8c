"""Finding the practice and the person that were typed to sign in, possibly on a phone."""

from collections.abc import Iterable
from typing import TypeVar

from router.practice.people import Practice, Staff
from router.text.folding import fold

Named = TypeVar("Named", Practice, Staff, str)


def practice_meant(typed: str, practices: Iterable[Practice]) -> Practice | None:
    """The practice with this id, else the only one with this id or name in any case; None if none or several."""
    known = list(practices)
    sought = fold(typed)
    exact = [practice for practice in known if practice.id == typed]
    alike = [practice for practice in known if sought and sought in {fold(practice.id), fold(practice.name)}]
    return _only(exact or alike)


def person_meant(typed: str, staff: Iterable[Staff]) -> Staff | None:
    """The member of staff with this id, else the only active one with this id or email address ignoring case."""
    known = list(staff)
    sought = fold(typed)
    exact = [member for member in known if member.id == typed]
    alike = [
        member
        for member in known
        if member.active and sought and sought in {fold(member.id), fold(member.email or member.id)}
    ]
    return _only(exact or alike)


def operator_meant(typed: str, operators: Iterable[str]) -> str | None:
    """The operator with this name, else the only one with this name ignoring case."""
    known, sought = list(operators), fold(typed)
    return _only([name for name in known if name == typed] or [name for name in known if fold(name) == sought])


def _only(found: list[Named]) -> Named | None:
    return found[0] if len(found) == 1 else None
