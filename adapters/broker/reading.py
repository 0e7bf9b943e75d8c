"""Reading what producers put on the intake queue: kombu's envelope, and in it an object or a Celery task.

The envelope is that of kombu's virtual transports; a task is protocol 2 of Celery's "Message Protocol": the name in the
headers, `[args, kwargs, embed]` as body (or protocol 1, which has everything in one object).
"""

import json
import zlib
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from adapters.broker.redaction import without_keys
from adapters.broker.typed_values import as_meant
from adapters.documents.document import load
from router.errors import Invalid
from router.operations.quarantine import LARGEST_BYTES, IntakeMessage, Unreadable

TASK = "careroute.intake"
JSON = "application/json"
ENCODINGS = {"utf-8", "utf8", "us-ascii"}
# What kombu and Celery call gzip and zlib, which are one for reading; a key inside anything else could not be seen.
DEFLATED = {"application/x-gzip", "application/gzip", "application/zlib", "gzip", "zlib"}
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
MOST_KEPT_BYTES = 16 * 1024 * 1024
# gzip, zlib, bzip2, xz, zstd, lz4: kept as they came, they could hold a key that nobody sees.
COMPRESSED = (
    b"\x1f\x8b",
    b"\x78\x01",
    b"\x78\x9c",
    b"\x78\xda",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d",
)


class _UnreadableError(Exception):
    """It can't be read, for this reason."""

    def __init__(self, reason: Unreadable) -> None:
        super().__init__(reason.value)
        self.reason = reason


def read(raw: bytes) -> IntakeMessage:
    """Read one message. Raises nothing: an unreadable one is returned with its reason, and without any key."""
    digest = sha256(raw).hexdigest()
    body = raw
    try:
        envelope = _envelope(raw)
        body = _unpacked(envelope)
        _check_kind(envelope, body)
        fields = _fields(_headers(envelope), _json(body))
        return IntakeMessage(digest, len(body), _kept_fields(fields), fields)
    except _UnreadableError as unreadable:
        return IntakeMessage(digest, len(body), _kept(body), None, unreadable.reason)


def _envelope(raw: bytes) -> dict[str, Any]:
    try:
        envelope = load(raw)
    except Invalid:
        raise _UnreadableError(Unreadable.NOT_A_MESSAGE) from None
    # A message that was pushed without an envelope can have a body as well, but no properties.
    parts = (envelope.get("body"), envelope.get("properties")) if isinstance(envelope, dict) else (None, None)
    if not isinstance(envelope, dict) or not isinstance(parts[0], str) or not isinstance(parts[1], dict):
        raise _UnreadableError(Unreadable.NOT_A_MESSAGE)
    return envelope


def _headers(envelope: Mapping[str, Any]) -> Mapping[str, Any]:
    headers = envelope.get("headers")
    return headers if isinstance(headers, dict) else {}


def _unpacked(envelope: Mapping[str, Any]) -> bytes:
    """The body as the producer serialized it; of a compressed one no more than it may be long, and one byte."""
    body = envelope["body"].encode("utf-8", "surrogatepass")
    try:
        if envelope["properties"].get("body_encoding") == "base64":
            # Many encoders break the lines.
            body = b64decode(body.translate(None, b" \t\r\n"), validate=True)
        compression = _headers(envelope).get("compression")
        if compression in DEFLATED:
            return zlib.decompressobj(GZIP_OR_ZLIB).decompress(body, LARGEST_BYTES + 1)
    except (ValueError, zlib.error):
        raise _UnreadableError(Unreadable.NOT_A_MESSAGE) from None
    return b"" if compression else body


def _check_kind(envelope: Mapping[str, Any], body: bytes) -> None:
    kind = str(envelope.get("content-type")).partition(";")[0].strip().lower()
    encoding = str(envelope.get("content-encoding") or "utf-8").lower()
    compression = _headers(envelope).get("compression")
    if kind != JSON or encoding not in ENCODINGS or (compression and compression not in DEFLATED):
        raise _UnreadableError(Unreadable.CONTENT_TYPE)
    if len(body) > LARGEST_BYTES:
        raise _UnreadableError(Unreadable.TOO_LARGE)


def _json(body: bytes) -> object:
    try:
        return load(body)
    except Invalid:
        raise _UnreadableError(Unreadable.NOT_JSON) from None


def _fields(headers: Mapping[str, Any], value: object) -> dict[str, object]:
    """The message's fields: the object itself, or the keyword arguments of the one task that is known."""
    task = headers.get("task")
    if task is not None:
        if task != TASK:
            raise _UnreadableError(Unreadable.UNKNOWN_TASK)
        arguments, value = value[:2] if isinstance(value, list) and len(value) > 1 else (None, None)
        if arguments:
            raise _UnreadableError(Unreadable.NOT_AN_OBJECT)
    elif isinstance(value, dict) and "task" in value and "kwargs" in value:
        return _fields({"task": value["task"]}, [value.get("args"), value["kwargs"]])
    if not isinstance(value, dict):
        raise _UnreadableError(Unreadable.NOT_AN_OBJECT)
    return {name: as_meant(field) for name, field in value.items()}


def _kept_fields(fields: Mapping[str, object]) -> bytes:
    """The fields as JSON, without the key and whatever looks like one."""
    presented = fields.get("key")
    try:
        rest = json.dumps({name: value for name, value in fields.items() if name != "key"})
    except RecursionError:
        raise _UnreadableError(Unreadable.NOT_JSON) from None
    return without_keys(rest.encode(), presented if isinstance(presented, str) else None)


def _kept(body: bytes) -> bytes:
    return b"" if body.startswith(COMPRESSED) else without_keys(body[:MOST_KEPT_BYTES])
