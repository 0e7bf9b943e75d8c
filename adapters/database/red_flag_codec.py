"""Red flags as the JSON that is stored; both directions side by side."""

from collections.abc import Sequence
from typing import Any

from router.messaging.red_flags import RedFlagGroup, RedFlags

Json = dict[str, Any]


def red_flags_to_json(red_flags: RedFlags) -> list[Json]:
    """The groups, in their order."""
    return [
        {
            "group": group.group,
            "phrases": {language: list(phrases) for language, phrases in group.phrases.items()},
            "advice": dict(group.advice),
            "phone": group.phone,
        }
        for group in red_flags.groups
    ]


def red_flags_from_json(stored: Sequence[Json]) -> RedFlags:
    """The same the other way round."""
    return RedFlags(
        tuple(
            RedFlagGroup(
                group["group"],
                {language: tuple(phrases) for language, phrases in group["phrases"].items()},
                dict(group["advice"]),
                group["phone"],
            )
            for group in stored
        )
    )
