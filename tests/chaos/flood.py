"""More messages at one moment than a web process can hold, each over a connection of its own."""

import asyncio
import json
import resource
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.processes import Portal

CONNECTING_AT_ONCE = 500
# Of the process that floods, besides its connections.
OTHER_FILES = 100
SECONDS = 120
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answered:
    """What one of them heard."""

    status: int
    headers: Mapping[str, str]
    document: Any = field(repr=False)


def _nothing() -> None:
    """What is done in between unless something is asked for."""


def flood(
    portal: Portal,
    messages: Sequence[tuple[str, Mapping[str, str]]],
    when_connected: Callable[[], None] = _nothing,
    when_sent: Callable[[], None] = _nothing,
) -> list[Answered]:
    """Connect for each message first, then send all of them at once; the answers come in the same order.

    What is to be done in between is done when all are connected, and when all are sent.
    """
    return asyncio.run(_flood(portal, messages, when_connected, when_sent))


async def _flood(
    portal: Portal,
    messages: Sequence[tuple[str, Mapping[str, str]]],
    when_connected: Callable[[], None],
    when_sent: Callable[[], None],
) -> list[Answered]:
    needed, (available, _) = len(messages) + OTHER_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)
    assert available >= needed, f"the flood needs {needed} file descriptors, and ulimit -n allows {available}"
    few, stages = asyncio.Semaphore(CONNECTING_AT_ONCE), _Stages(len(messages))
    # One that can't be sent ends them all: the others would wait for it.
    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
        tasks = [group.create_task(_send(portal, message, few, stages)) for message in messages]
        await stages.connected.wait()
        when_connected()
        stages.ready.set()
        await stages.sent.wait()
        when_sent()
    return [task.result() for task in tasks]


class _Stages:
    """What all of them wait for before the next step."""

    def __init__(self, count: int) -> None:
        self.connected = asyncio.Barrier(count + 1)
        self.ready = asyncio.Event()
        self.sent = asyncio.Barrier(count + 1)


async def _send(
    portal: Portal,
    message: tuple[str, Mapping[str, str]],
    few: asyncio.Semaphore,
    stages: _Stages,
) -> Answered:
    async with few:
        reader, writer = await asyncio.open_connection("127.0.0.1", portal.port)
    try:
        await stages.connected.wait()
        await stages.ready.wait()
        writer.write(_request(portal, *message))
        await stages.sent.wait()
        head = (await reader.readuntil(END_OF_HEAD)).decode("latin-1")
        status, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        return Answered(int(status.split()[1]), headers, json.loads(body))
    finally:
        writer.close()
        await writer.wait_closed()


def _request(portal: Portal, key: str, fields: Mapping[str, str]) -> bytes:
    body = json.dumps(fields).encode()
    head = (
        f"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {portal.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {key}"
    )
    return head.encode() + END_OF_HEAD + body
