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


def test_of_ipv6_a_whole_network_counts_as_one_client() -> None:
    """A client has all of its /64: with an address of its own for each connection nothing would bound it."""
    connections = Connections(most_of_an_address=2)

    assert [connections.open(f"2001:db8::{number}") for number in (1, 2, 3)] == [None, None, ADDRESS_FULL]
    assert connections.open("2001:db8:0:1::1") is None
    connections.close("2001:db8::2")
    assert connections.open("2001:db8::4") is None
    connections.welcome("2001:db8::9")
    assert connections.open("2001:db8::5") is None


def test_ipv4_inside_ipv6_is_the_same_client() -> None:
    connections = Connections(most_of_an_address=1)
    connections.welcome(PEER)

    assert [connections.open(f"::ffff:{PEER}") for _ in range(2)] == [None, None]
