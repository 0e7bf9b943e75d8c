"""Enqueues every field as the types that programs have at hand, and prints what kombu would write to Redis.

Run by whatever kombu and Celery its interpreter has; it knows nothing of Careroute.
"""

import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from celery import Celery
from kombu import Connection

QUEUE = "careroute.intake"
FIELDS = {
    "key": "careroute_0193a0b1c2d37e4f8a5b6c7d8e9f0a1b_mQ3-x_Zr8vK1bN5tY7wE0uI2oP4aS6dF8gH9jK1lZ3c",
    "idempotency_key": datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    "patient": UUID("0193a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b"),
    "sender": b"cara",
    "site": Decimal("12.50"),
    "topic": "billing",
    "to": UUID(int=7),
    "subject": b"A bill",
    "body": "Größe".encode(),
    "private": True,
}


def payloads() -> list[str]:
    """By kombu alone, and as a Celery task."""
    with Connection("memory://") as connection:
        channel: Any = connection.channel()
        channel.queue_declare(QUEUE)
        connection.Producer(channel).publish(FIELDS, serializer="json", routing_key=QUEUE)
        app = Celery("portal", broker="memory://", set_as_current=False)
        app.send_task("careroute.intake", kwargs=dict(FIELDS), queue=QUEUE)
        return [json.dumps(channel._get(QUEUE)) for _ in range(2)]  # noqa: SLF001 - what a transport would write.


if __name__ == "__main__":
    sys.stdout.write("\n".join(payloads()))
