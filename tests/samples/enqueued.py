"""Messages as producers put them on the intake queue."""

import json
from base64 import b64encode
from typing import Any

KEY = "careroute_0193a0b1c2d37e4f8a5b6c7d8e9f0a1b_mQ3-x_Zr8vK1bN5tY7wE0uI2oP4aS6dF8gH9jK1lZ3c"
CANARY = "Canarytext"


def a_message(key: object = KEY, **fields: object) -> dict[str, Any]:
    """What sam enqueues about a bill; None leaves a field out."""
    message: dict[str, Any] = {"key": key, "idempotency_key": "key-1", "patient": "sam", "topic": "billing"}
    message |= {"subject": f"A bill, {CANARY}", "body": f"I have a question. {CANARY}"} | fields
    return {name: value for name, value in message.items() if value is not None}


def enveloped(
    body: object, /, *, content_type: str = "application/json", headers: object = None, tag: str = "tag", **more: object
) -> bytes:
    """What kombu writes to Redis for this body: JSON of it, or these very bytes."""
    serialized = body if isinstance(body, bytes) else json.dumps(body).encode()
    properties = {"body_encoding": "base64", "delivery_tag": tag, "delivery_mode": 2}
    envelope = {
        "body": b64encode(serialized).decode(),
        "content-encoding": "utf-8",
        "content-type": content_type,
        "headers": headers or {},
        "properties": properties,
    }
    return json.dumps(envelope | more).encode()


def a_task(fields: object, *, name: str = "careroute.intake", arguments: object = ()) -> bytes:
    """What Celery writes for a task of protocol 2."""
    return enveloped([arguments, fields, {"callbacks": None}], headers={"task": name, "id": "1", "lang": "py"})
