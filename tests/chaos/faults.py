"""Every fault by its name, and what it strikes."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from random import Random

from tests.chaos import broker_faults, hostile_client, line_faults, relay_faults, server_faults, worker_faults
from tests.chaos.post import Post
from tests.chaos.stack import Stack

Strike = Callable[[Stack, Random], AbstractContextManager[None]]


class Struck(Enum):
    """Faults of different kinds happen at the same time, those of one kind one after the other."""

    PROCESSES = "processes"
    SERVERS = "servers"
    RELAY = "relay"
    CLIENTS = "clients"


@dataclass(frozen=True)
class Fault:
    """While the context is open it is in effect; when it is closed it has been mended."""

    name: str
    struck: Struck
    strike: Strike


OF_THE_RELAY: Mapping[str, Callable[[Post, Random], AbstractContextManager[None]]] = {
    "SMTP refused": relay_faults.refuse_connections,
    "SMTP 421 at once": relay_faults.answer_421,
    "SMTP password refused": relay_faults.refuse_the_password,
    "SMTP 451 to RCPT": relay_faults.defer_a_recipient,
    "SMTP 550 to RCPT": relay_faults.reject_a_recipient,
    "SMTP dropped after DATA": relay_faults.drop_after_data,
    "SMTP one byte a second": relay_faults.trickle,
    "SMTP other certificate": relay_faults.show_another_certificate,
}


def _at_the_relay(strike: Callable[[Post, Random], AbstractContextManager[None]]) -> Strike:
    return lambda stack, random: strike(stack.post, random)


FAULTS = (
    Fault("worker killed", Struck.PROCESSES, worker_faults.kill_a_worker),
    Fault("child of a pool killed", Struck.PROCESSES, worker_faults.kill_a_child),
    Fault("web process killed", Struck.PROCESSES, worker_faults.kill_a_web_process),
    Fault("worker joined, one left", Struck.PROCESSES, worker_faults.let_a_worker_come_and_go),
    Fault("worker suspended past its leases", Struck.PROCESSES, worker_faults.suspend_a_worker),
    Fault("Redis killed, back empty", Struck.SERVERS, server_faults.empty_the_broker),
    Fault("Redis refused", Struck.SERVERS, server_faults.refuse_at_the_broker),
    Fault("Redis silent", Struck.SERVERS, server_faults.silence_the_broker),
    Fault("Redis read-only", Struck.SERVERS, broker_faults.make_the_broker_a_replica),
    Fault("Redis full", Struck.SERVERS, broker_faults.fill_the_broker),
    Fault("Redis without permission", Struck.SERVERS, broker_faults.forbid_at_the_broker),
    Fault("Redis keys of another type", Struck.SERVERS, broker_faults.retype_the_queues),
    Fault("garbage on the queues", Struck.SERVERS, broker_faults.push_garbage),
    Fault("garbage instead of Redis", Struck.SERVERS, broker_faults.speak_garbage),
    Fault("PostgreSQL stopped at once", Struck.SERVERS, server_faults.stop_the_database),
    Fault("connections cut", Struck.SERVERS, server_faults.cut_connections),
    Fault("pool used up", Struck.SERVERS, server_faults.use_up_the_pool),
    Fault("snapshot held", Struck.SERVERS, server_faults.hold_a_snapshot),
    *(Fault(f"line to PostgreSQL {line}", Struck.SERVERS, act) for line, act in line_faults.TO_THE_DATABASE.items()),
    *(Fault(f"line to Redis {line}", Struck.SERVERS, act) for line, act in line_faults.TO_THE_BROKER.items()),
    Fault("poisoned message", Struck.SERVERS, server_faults.poison_a_message),
    Fault("endless headers", Struck.CLIENTS, hostile_client.send_endless_headers),
    Fault("half requests", Struck.CLIENTS, hostile_client.send_half_requests),
    Fault("half bodies", Struck.CLIENTS, hostile_client.send_half_bodies),
    Fault("metrics all the time", Struck.CLIENTS, hostile_client.read_metrics_all_the_time),
    *(Fault(name, Struck.RELAY, _at_the_relay(strike)) for name, strike in OF_THE_RELAY.items()),
)
