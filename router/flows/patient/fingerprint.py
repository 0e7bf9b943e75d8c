"""Telling a repeated message from a different one, and naming a message that could not be stored in logs."""

import hashlib
import json
from dataclasses import fields

from router.messages.message import AnyDraft
from router.messages.priority import Priority

# Fields that came later: at their default they stay out, so that keys which the version before stored are answered as
# then. Whether somebody had read the advice is no part of what they wrote.
LATER = {"priority": Priority.ROUTINE}
LEFT_OUT = frozenset({"idempotency_key", "advice_seen"})


def key_reference(idempotency_key: str) -> str:
    """The first 16 hexadecimal digits of the key's SHA-256.

    Logs use this to name a message that could not be stored, because the key itself may contain any text.
    """
    return hashlib.sha256(idempotency_key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def fingerprint(draft: AnyDraft) -> str:
    """The digest of the fields that identify a message, which distinguishes a repeat from a different message."""
    # Not dataclasses.asdict, which copies every value first: this runs for each message.
    named = {field.name: getattr(draft, field.name) for field in fields(draft) if field.name not in LEFT_OUT}
    for name, default in LATER.items():
        if named[name] == default:
            del named[name]
    return hashlib.sha256(json.dumps(named, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()
