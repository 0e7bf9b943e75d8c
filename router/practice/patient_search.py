"""What a search for patients found."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PatientIdsFound:
    """The ids of patients, by their folded texts.

    `is_indexing` says that some patients could not be looked at, since their texts are still to be folded.
    """

    ids: Sequence[str]
    is_indexing: bool = False
