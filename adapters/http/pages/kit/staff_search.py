"""Finding staff by what is typed into a search field, and the labels under which they are offered."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from router.practice.people import Staff
from router.practice.roster_rules import ID_LIMIT, NAME_LIMIT
from router.text.folding import fold, has_words, is_colleague, searchable, words_of

# Of a label with name, title and id.
LONGEST = 2 * NAME_LIMIT + ID_LIMIT + len(",  ()")
# So many of those who match are named.
MOST_NAMED = 8
NOBODY_MATCHES = "No active colleague matches."


class StaffSearch:
    """The staff of a practice, their names folded once for any number of searches."""

    def __init__(self, staff: Mapping[str, Staff]) -> None:
        active = sorted((one for one in staff.values() if one.active), key=lambda one: (one.name, one.id))
        self._by_label: dict[str, list[Staff]] = defaultdict(list)
        labels = labels_of(staff)
        for one in active:
            self._by_label[fold(labels[one.id])].append(one)
        self._known = [(one, fold(one.id), searchable((one.name, one.title))) for one in active]

    def find(self, wanted: str) -> list[Staff]:
        """Active staff by label, else everybody whose id it is or whose name and title have each word.

        Names in another spelling than the one that is typed are found where there is no other. Nobody is found by a
        text that is longer than any label.
        """
        if len(wanted) > LONGEST:
            return []
        sought, words = fold(wanted), words_of(wanted)
        if sought in self._by_label:
            return self._by_label[sought]
        as_typed = [one for one, known_id, texts in self._known if known_id == sought or has_words(words, texts)]
        return as_typed or [one for one, _, texts in self._known if is_colleague(words, texts)]


def search(wanted: str, staff: Mapping[str, Staff]) -> list[Staff]:
    """Whom of the staff the words mean, for one search: see StaffSearch."""
    return StaffSearch(staff).find(wanted)


def find_colleague(wanted: str, staff: Mapping[str, Staff], me: str) -> Staff | str:
    """The one active colleague who matches the words, or an error message for the field."""
    found = [member for member in search(wanted, staff) if member.id != me] if wanted else []
    if len(found) == 1:
        return found[0]
    if not wanted:
        return "Choose a colleague."
    return several_match(found, staff) if found else NOBODY_MATCHES


def several_match(found: Sequence[Staff], staff: Mapping[str, Staff], separator: str = "; ") -> str:
    """The error message for words that match several people: how many, and the first of them."""
    labels = labels_of(staff)
    return f"{len(found)} people match: {separator.join(labels[one.id] for one in found[:MOST_NAMED])}."


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
