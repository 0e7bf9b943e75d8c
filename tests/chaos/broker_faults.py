"""Errors that the broker can return, and garbage that clients can push to it."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.chaos.stack import Stack
from tests.servers.garbage import NONSENSE, GarbageServer

HINTS = ("careroute:route", "careroute:notify", "route", "notify")


def enveloped(body: object, **headers: object) -> bytes:
    """A body in kombu's envelope."""
    properties = {"body_encoding": "base64", "delivery_tag": "1", "delivery_info": {"exchange": "", "routing_key": ""}}
    envelope = {"body": body, "content-type": "application/json", "content-encoding": "utf-8"}
    return json.dumps(envelope | {"headers": headers, "properties": properties}).encode()


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


HINT_BODY = _encoded("[[], {}, {}]")
GARBAGE = (
    b"",
    b"\xff\xfe",
    b"null",
    b"[" * 100_000,
    b'{"a": 1}',
    b"x" * 1_000_000,
    enveloped(_encoded('{"a": 1}'), task="careroute.route", id="1"),
    enveloped(_encoded('{"a": 1}')),
    enveloped("this is not base64!", task="careroute.route", id="1"),
    enveloped(7, task="careroute.route", id="1"),
    enveloped(HINT_BODY, task="careroute.unheard_of", id="1"),
    enveloped(HINT_BODY, task=["careroute.route"], id={}),
    enveloped(HINT_BODY, task="careroute.route", id="1", expires="never"),
    enveloped(HINT_BODY, task="careroute.route", id="1", expires="9999-99-99"),
    enveloped(_encoded("[[7], {}, {}]"), task="careroute.route", id="1"),
    enveloped(_encoded('[[], {"sleep": 9}, {}]'), task="careroute.notify", id="1"),
)


@contextmanager
def make_the_broker_a_replica(stack: Stack, _random: Random) -> Iterator[None]:
    """Make it read-only, as after a failover of a managed Redis: writes fail with READONLY."""
    with stack.valkey.client(0) as client:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
        try:
            yield
        finally:
            client.execute_command("REPLICAOF", "NO", "ONE")


@contextmanager
def fill_the_broker(stack: Stack, _random: Random) -> Iterator[None]:
    """Leave no memory, while hints wait in it: commands that add data fail with OOM."""
    with stack.valkey.client(0) as client:
        client.config_set("maxmemory", "1")
        try:
            yield
        finally:
            client.config_set("maxmemory", "0")


@contextmanager
def forbid_at_the_broker(stack: Stack, _random: Random) -> Iterator[None]:
    """Revoke the permission to write, to block and to run scripts: these commands fail with NOPERM."""
    with stack.valkey.client(0) as client:
        client.execute_command("ACL", "SETUSER", "default", "-@write", "-@blocking", "-@scripting")
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        try:
            yield
        finally:
            client.execute_command("ACL", "SETUSER", "default", "+@all")


@contextmanager
def retype_the_queues(stack: Stack, _random: Random) -> Iterator[None]:
    """Make strings of the queue keys: taking and pushing fail with WRONGTYPE."""
    with stack.valkey.client(0) as client:
        for key in HINTS:
            client.set(key, "another application")
        try:
            yield
        finally:
            client.delete(*HINTS)


@contextmanager
def push_garbage(stack: Stack, random: Random) -> Iterator[None]:
    """Push every kind of garbage to every hint queue."""
    with stack.valkey.client(0) as client:
        for key in HINTS:
            client.lpush(key, *random.sample(GARBAGE, len(GARBAGE)))
        yield


@contextmanager
def speak_garbage(stack: Stack, random: Random) -> Iterator[None]:
    """Replace it by a server that talks garbage."""
    stack.valkey.kill()
    with GarbageServer(stack.valkey.port, random.sample(NONSENSE, len(NONSENSE))):
        yield
    stack.valkey.start()
