"""Frontends that enqueue: one that has kombu alone, one that has Celery. Neither knows Careroute."""

from collections.abc import Mapping
from typing import Any

from celery import Celery
from kombu import Connection, Queue

QUEUE = "careroute.intake"


def enqueue_with_kombu(broker: str, *messages: object, **properties: Any) -> None:  # noqa: ANN401 - kombu's own.
    """Plain JSON objects as bodies, or whatever else is given."""
    with Connection(broker) as connection, connection.Producer() as producer:
        for message in messages:
            sent: dict[str, Any] = {"serializer": "json", "routing_key": QUEUE, "declare": [Queue(QUEUE)]}
            producer.publish(message, **(sent | properties))


def enqueue_with_celery(
    broker: str,
    *messages: Mapping[str, object],
    name: str = "careroute.intake",
    **options: Any,  # noqa: ANN401
) -> None:
    """Tasks by their name, as `send_task` sends them."""
    with Celery("portal", broker=broker, set_as_current=False) as app:
        for message in messages:
            app.send_task(name, kwargs=dict(message), queue=QUEUE, **options)
