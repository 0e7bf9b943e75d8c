"""Who may have how many connections."""

from adapters.http.connections import MOST_WELCOME, WELCOME_SECONDS, Connections
from adapters.http.wire_refusals import ADDRESS_FULL, NO_ROOM

PEER = "192.0.2.7"


def test_a_peer_with_a_valid_key_a_moment_ago_and_a_trusted_proxy_are_set_aside() -> None:
    """The bound of an address holds for others; that in all holds for everybody."""
    now = [0.0]
    connections = Connections(3, 1, lambda peer: peer == "10.0.0.1", lambda: now[0])
    assert connections.open(PEER) is None
    assert connections.open(PEER) is ADDRESS_FULL

    connections.welcome(PEER)
    assert connections.open(PEER) is None
    now[0] = WELCOME_SECONDS
    assert connections.open(PEER) is ADDRESS_FULL

    connections.close(PEER)
    assert [connections.open("10.0.0.1") for _ in range(3)] == [None, None, NO_ROOM]


def test_the_address_that_was_welcome_first_is_forgotten_first() -> None:
    connections = Connections(clock=lambda: 0.0)
    for number in range(MOST_WELCOME + 1):
        connections.welcome(str(number))

    assert (connections.is_welcome("0"), connections.is_welcome("1")) == (False, True)


def test_what_was_ended_is_counted_until_it_is_taken() -> None:
    connections = Connections()
    for _ in range(3):
        connections.ended("not HTTP")

    assert (connections.take_ended(), connections.take_ended()) == ({"not HTTP": 3}, {})
