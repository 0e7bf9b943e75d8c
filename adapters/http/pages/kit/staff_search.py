"""Finding staff by what is typed into a search field, and the labels under which they are offered."""

from collections import Counter
from collections.abc import Mapping

from router.practice.people import Staff
from router.text.folding import fold, is_colleague, is_found


def search(wanted: str, staff: Mapping[str, Staff]) -> list[Staff]:
    """Active staff by label, else everybody whose id it is or whose name and title have each word.

    Names in another spelling than the one that is typed are found where there is no other.
    """
    active = sorted((member for member in staff.values() if member.active), key=lambda member: (member.name, member.id))
    sought, labels = fold(wanted), labels_of(staff)
    offered = [member for member in active if fold(labels[member.id]) == sought]
    if offered:
        return offered
    as_typed = [one for one in active if fold(one.id) == sought or is_found(wanted, (one.name, one.title))]
    return as_typed or [one for one in active if is_colleague(wanted, (one.name, one.title))]


def find_colleague(wanted: str, staff: Mapping[str, Staff], me: str) -> Staff | str:
    """The one active colleague who matches the words, or an error message for the field."""
    found = [member for member in search(wanted, staff) if member.id != me] if wanted else []
    if len(found) == 1:
        return found[0]
    if not wanted:
        return "Choose a colleague."
    names = "; ".join(label_of(member, staff) for member in found[:8])
    return f"{len(found)} people match: {names}." if found else "No active colleague matches."


def labels_of(staff: Mapping[str, Staff]) -> dict[str, str]:
    """The label of each member of staff by id: name and title, and the id where these are not unique."""
    folded = {member.id: fold(_named(member)) for member in staff.values()}
    counts = Counter(folded.values())
    return {
        member.id: f"{_named(member)} ({member.id})" if counts[folded[member.id]] > 1 else _named(member)
        for member in staff.values()
    }


def label_of(member: Staff, staff: Mapping[str, Staff]) -> str:
    """The label of one member of staff; for more than a few of them, `labels_of` looks through the staff once."""
    return labels_of(staff)[member.id]


def _named(member: Staff) -> str:
    return f"{member.name}, {member.title}" if member.title else member.name
