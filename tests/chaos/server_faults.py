"""What can happen to the broker and to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import Thread
from urllib.error import URLError
from uuid import uuid4

import psycopg

from tests.chaos.stack import RECOVER_SECONDS, Stack
from tests.chaos.witness import IS_POISONED, MEND, POISON
from tests.processes import Portal, wait_for

# More than a web process has connections to the database.
READERS = 20
READ_SECONDS = 30


@contextmanager
def empty_the_broker(stack: Stack, _random: Random) -> Iterator[None]:
    """SIGKILL; it comes back at once, without anything that it held."""
    stack.valkey.kill()
    stack.valkey.start()
    yield


@contextmanager
def refuse_at_the_broker(stack: Stack, _random: Random) -> Iterator[None]:
    """Nobody listens."""
    stack.valkey.kill()
    yield
    stack.valkey.start()


@contextmanager
def silence_the_broker(stack: Stack, _random: Random) -> Iterator[None]:
    """Connections are accepted, and nothing is ever answered."""
    stack.valkey.pause()
    yield
    stack.valkey.resume()


@contextmanager
def stop_the_database(stack: Stack, _random: Random) -> Iterator[None]:
    """As `pg_ctl stop -m immediate` does, and start again."""
    stack.count_as_cut()
    stack.postgres.stop(immediate=True)
    yield
    stack.postgres.start()


@contextmanager
def cut_connections(stack: Stack, _random: Random) -> Iterator[None]:
    """Every connection of Careroute's, in whatever statement or commit it is; all may connect again."""
    stack.count_as_cut()
    stack.ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'careroute'")
    yield


@contextmanager
def use_up_the_pool(stack: Stack, random: Random) -> Iterator[None]:
    """Somebody locks the messages, and readers wait for them with all the connections that a web process may have."""
    portal = random.choice(stack.portals)
    with psycopg.connect(stack.variables["DATABASE_URL"].replace("+psycopg", "")) as holder:
        holder.execute("lock table message in access exclusive mode")
        readers = [Thread(target=_read, args=(portal,), daemon=True) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        yield
    for reader in readers:
        reader.join(READ_SECONDS)


@contextmanager
def hold_a_snapshot(stack: Stack, _random: Random) -> Iterator[None]:
    """Somebody's transaction stays open, as in a dump: what changes meanwhile can't be cleaned up."""
    with psycopg.connect(stack.variables["DATABASE_URL"].replace("+psycopg", "")) as holder:
        holder.execute("set transaction isolation level repeatable read")
        holder.execute("select 1 from message limit 1")
        yield


def _read(portal: Portal) -> None:
    """Whether it is answered or not is of no matter."""
    try:
        portal.call("GET", f"/v1/messages/{uuid4()}")
    except (URLError, OSError):
        return


@contextmanager
def poison_a_message(stack: Stack, _random: Random) -> Iterator[None]:
    """One of a batch can't be routed, until somebody mends it."""
    stack.ask(POISON)
    yield
    wait_for(lambda: stack.ask(IS_POISONED), "a message to poison", RECOVER_SECONDS)
    stack.ask(MEND)
