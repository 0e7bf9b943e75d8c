"""What can happen on the way between Careroute's processes and PostgreSQL or Redis."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random

from tests.chaos.stack import Stack
from tests.servers.proxy import Line, TcpProxy


@contextmanager
def _become(proxy: TcpProxy, line: Line) -> Iterator[None]:
    proxy.become(line)
    try:
        yield
    finally:
        proxy.become(Line.GOOD)


@contextmanager
def _to_the_database(line: Line, stack: Stack, _random: Random) -> Iterator[None]:
    """Whoever is cut in the middle of its commit can't know what came of it."""
    stack.count_as_cut()
    with _become(stack.database_line, line):
        yield


@contextmanager
def _to_the_broker(line: Line, stack: Stack, _random: Random) -> Iterator[None]:
    with _become(stack.broker_line, line):
        yield


TO_THE_DATABASE = {line: partial(_to_the_database, line) for line in Line if line is not Line.GOOD}
TO_THE_BROKER = {line: partial(_to_the_broker, line) for line in Line if line is not Line.GOOD}
