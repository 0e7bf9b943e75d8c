"""Ids for staff without one, made from their names."""

import re
from collections.abc import Collection
from itertools import count

from router.text.folding import fold

OTHERS = re.compile(r"[^a-z0-9]+")
# Reserved: where a staff id can stand, these are the catch-all and the recipients that the cascade finds.
CATCH_ALL, CASCADE = "catch_all", "cascade"
RESERVED = frozenset({CATCH_ALL, CASCADE})
# Longer ones are hard to type; the rest of a name says no more.
LONGEST = 40


def staff_id_from(name: str, taken: Collection[str]) -> str:
    """An id that isn't taken or reserved: `Dr. Ana Müller` becomes `dr-ana-muller`, or else `dr-ana-muller-2`."""
    base = OTHERS.sub("-", fold(name))[:LONGEST].strip("-") or "staff"
    numbered = (f"{base}-{number}" for number in count(2))
    is_free = base not in taken and base not in RESERVED
    return base if is_free else next(one for one in numbered if one not in taken)
