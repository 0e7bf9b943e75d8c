"""What a search for patients found."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PatientIdsFound:
    """The ids of patients, by their folded texts.

    `is_indexing`: some patients couldn't be searched, because their texts haven't been folded yet.
    """

    ids: Sequence[str]
    is_indexing: bool = False
