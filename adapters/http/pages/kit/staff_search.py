"""Finding staff by what is typed into a search field, and the labels under which they are offered."""

from collections.abc import Mapping

from router.practice.people import Staff
from router.text.folding import fold, is_found


def search(wanted: str, staff: Mapping[str, Staff]) -> list[Staff]:
    """Active staff by label, else everybody whose id it is or whose name and title have each word."""
    active = sorted((member for member in staff.values() if member.active), key=lambda member: (member.name, member.id))
    sought = fold(wanted)
    offered = [member for member in active if fold(label_of(member, staff)) == sought]
    return offered or [
        member for member in active if fold(member.id) == sought or is_found(wanted, (member.name, member.title))
    ]


def label_of(member: Staff, staff: Mapping[str, Staff]) -> str:
    """The label of a member of staff: name and title, and the id where these are not unique."""
    label = _named(member)
    alike = any(other.id != member.id and fold(_named(other)) == fold(label) for other in staff.values())
    return f"{label} ({member.id})" if alike else label


def _named(member: Staff) -> str:
    return f"{member.name}, {member.title}" if member.title else member.name
