"""The Celery instance and its settings. Tasks are hints: losing one costs a moment, running one twice costs nothing."""

from datetime import timedelta
from functools import cache
from uuid import uuid4

from celery import Celery, signals
from celery.app.amqp import task_message
from kombu.message import Message

from config.logging import configure_logging
from config.settings import read_settings

HINT_EXPIRES_SECONDS = 60
# How long a stopping worker waits for running batches. Keep it below the container's grace period.
STOP_SECONDS = 25

app = Celery(
    "careroute",
    include=["tasks.route", "tasks.notify", "tasks.escalate", "tasks.bootsteps", "tasks.signals"],
    set_as_current=False,
)
app.conf.update(
    # A crash is made good by row locks and leases in the database, not by redelivery.
    task_acks_late=False,
    # State lives in the database.
    task_ignore_result=True,
    result_backend=None,
    accept_content=["json"],
    task_serializer="json",
    task_create_missing_queues=True,
    task_default_queue="route",
    task_routes={f"careroute.{queue}": {"queue": queue} for queue in ("route", "notify", "escalate")},
    # Fair shares for tasks that do whole batches.
    worker_prefetch_multiplier=1,
    # A missing broker stops no process from starting, and is retried for ever.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # The default waits for ever for a connection of the pool (celery#10174).
    broker_pool_acquire_timeout=5,
    task_publish_retry=True,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1, "interval_step": 0.1, "interval_max": 0.2},
    # Losing the broker must not kill a child in the middle of sending mail.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    task_soft_time_limit=80,
    task_time_limit=90,
    # celery#4843 is still open.
    worker_max_tasks_per_child=1000,
    worker_max_memory_per_child=300_000,
    # Logs are set up by config.logging.
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    # Events aren't used, and remote control would let anyone with access to the broker stop every worker.
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    event_queue_expires=60,
    # Celery's consumer ends the worker on unexpected errors and messages of the broker.
    worker_consumer="tasks.hint_consumer:HintConsumer",
    # The prefix of the hints' Redis keys; empty for the memory transport.
    hint_prefix="",
)
# For the memory transport, which only this process can reach.
OWN_CONSUMER = "celery.worker.consumer:Consumer"

REDIS_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
MEMORY_OPTIONS = {"polling_interval": 0.01}


@signals.setup_logging.connect
def set_up_logging(**_: object) -> None:
    """A worker process logs as every other does, instead of as Celery would."""
    configure_logging(read_settings().log_level)


def connect(broker: str, hint_prefix: str = "") -> Celery:
    """Point the instance at a broker, without connecting; `hint_prefix` begins the names of its hint queues."""
    in_memory = broker.startswith("memory")
    options = MEMORY_OPTIONS if in_memory else REDIS_OPTIONS
    app.conf.update(broker_url=broker, broker_transport_options=options, hint_prefix="" if in_memory else hint_prefix)
    app.finalize()
    app.set_default()
    return app


@cache
def _hint(queue: str) -> task_message:
    """What all hints of a queue have in common: the name of the task and nothing else."""
    return app.amqp.as_task_v2("", f"careroute.{queue}", ignore_result=True)


def publish(queue: str) -> None:
    """Send one hint.

    `send_task` makes the whole message each time, which takes as long as everything else that the first email of a
    quiet hour waits for in this process after its message is stored.
    """
    hint, identifier = _hint(queue), str(uuid4())
    expires = app.now() + timedelta(seconds=HINT_EXPIRES_SECONDS)
    own = {"id": identifier, "root_id": identifier, "expires": expires.isoformat()}
    with app.producer_or_acquire() as producer:
        producer.publish(
            hint.body,
            exchange="",
            routing_key=f"{app.conf.hint_prefix}{queue}",
            headers=hint.headers | own,
            correlation_id=identifier,
            serializer=app.conf.task_serializer,
            retry=app.conf.task_publish_retry,
            retry_policy=app.conf.task_publish_retry_policy,
        )


def make_request_message(queue: str) -> Message:
    """A new task message for the pool, so that nothing from the broker reaches it."""
    hint, identifier = _hint(queue), str(uuid4())
    return Message(
        hint.body,  # type: ignore[arg-type] # a task body before it is encoded.
        headers=hint.headers | {"id": identifier, "root_id": identifier},
        delivery_info={"exchange": "", "routing_key": queue},
        properties={"correlation_id": identifier},
    )
