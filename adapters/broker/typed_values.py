"""Values that kombu's JSON can't hold as they are, as their producers mean them.

Since 5.3 kombu writes `{"__type__": …, "__value__": …}` (kombu.utils.json); before it wrote the texts themselves. The
fields of a message are texts, so each of them is read as the text that it stands for.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from uuid import UUID

TYPE, VALUE = "__type__", "__value__"


def _uuid(value: object) -> object:
    return str(UUID(**value)) if isinstance(value, dict) else str(UUID(str(value)))


def _base64(value: object) -> object:
    """Bytes that aren't UTF-8 are no text."""
    return b64decode(str(value), validate=True).decode()


# `bytes` are those that are UTF-8, `base64` all others.
READERS: Mapping[str, Callable[[object], object]] = {
    "uuid": _uuid,
    "datetime": str,
    "date": str,
    "time": str,
    "decimal": str,
    "bytes": str,
    "base64": _base64,
}


def as_meant(value: object) -> object:
    """A field's value as its producer means it; what isn't one of kombu's types, or can't be read, stays as it is."""
    if not isinstance(value, dict) or value.keys() != {TYPE, VALUE}:
        return value
    reader = READERS.get(value[TYPE]) if isinstance(value[TYPE], str) else None
    if reader is None or isinstance(value[VALUE], list):
        return value
    try:
        return reader(value[VALUE])
    except (ValueError, TypeError):
        return value
