"""Finding staff by what is typed into a search field, and the labels under which they are offered."""

from collections.abc import Mapping

from router.practice.people import Staff


def search(wanted: str, staff: Mapping[str, Staff]) -> list[Staff]:
    """Active staff by label, else by a part of name or title."""
    active = sorted((member for member in staff.values() if member.active), key=lambda member: (member.name, member.id))
    sought = wanted.casefold()
    exact = [member for member in active if sought in {label_of(member, staff).casefold(), member.id.casefold()}]
    return exact or [member for member in active if sought in f"{member.name} {member.title or ''}".casefold()]


def label_of(member: Staff, staff: Mapping[str, Staff]) -> str:
    """The label of a member of staff: name and title, and the id where these are not unique."""
    label = f"{member.name}, {member.title}" if member.title else member.name
    alike = any(
        other.id != member.id and (other.name, other.title) == (member.name, member.title) for other in staff.values()
    )
    return f"{label} ({member.id})" if alike else label
