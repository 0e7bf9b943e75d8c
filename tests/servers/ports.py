"""Ports for servers that tests start."""

import random
import socket
from contextlib import suppress

# Below those that systems give to outgoing connections: one of these would take the port before the server does, or
# while it is down.
PORTS = range(10_240, 32_768)


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    # Not by a seed: each of the processes that run tests begins elsewhere.
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    message = f"no port from {PORTS.start} to {PORTS.stop - 1} is free"
    raise OSError(message)
