"""What accepting asks first, of everything else that it looks at."""

from collections.abc import Mapping
from dataclasses import dataclass

from router.people import Practice
from router.records import KnownMessage


@dataclass(frozen=True, slots=True)
class Opening:
    """The practice as it is, whether the caller may still write, and the messages that belong to the idempotency keys.

    Read at one moment, which is that of the transaction.
    """

    practice: Practice
    key_in_force: bool
    known: Mapping[str, KnownMessage]
