"""Which address a request comes from, also where proxies stand in front of this process."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import cast

from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDED_FOR = b"x-forwarded-for"
# The network that one client of IPv6 usually has (RFC 6177).
CLIENT_BITS = 64
# What proxies add. Coming from an untrusted peer, they point to a proxy that TRUSTED_PROXIES doesn't name.
FORWARDED_HEADERS = frozenset({FORWARDED_FOR, b"forwarded", b"x-real-ip"})
# Reading one costs as much as reading a message; most requests come from a few.
MOST_KNOWN = 4_096


def _nothing() -> None:
    """What happens when forwarded headers are ignored, unless something is asked for."""


class Proxies:
    """The proxies whose X-Forwarded-For is believed: none by default.

    `report_untrusted` is called once, at the first request from another peer that carries forwarded headers.
    """

    def __init__(self, trusted: Sequence[Network] = (), report_untrusted: Callable[[], None] = _nothing) -> None:
        self._trusted = tuple(trusted)
        self._report_untrusted = report_untrusted
        self._reported = False

    def client_of(self, scope: Scope) -> str:
        """Return the address of the client, empty where the server doesn't know its peer.

        X-Forwarded-For is read from right to left: each trusted hop vouches for the entry that it appended. The first
        address that isn't a trusted proxy's is the client's, whatever stands to the left of it.
        """
        peer = scope.get("client")
        current = _parse(peer[0]) if peer else None
        if current is None:
            return str(peer[0]) if peer else ""
        if not self._trusts(current):
            self._notice(scope)
            return _as_text(current)
        for entry in reversed(_forwarded_for(scope)):
            hop = _parse(entry)
            if hop is None:
                # Nobody vouches for what stands further left.
                break
            current = hop
            if not self._trusts(hop):
                break
        return _as_text(current)

    def trusts(self, peer: str) -> bool:
        """Whether this peer is a trusted proxy."""
        address = _parse(peer)
        return address is not None and self._trusts(address)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)

    def _notice(self, scope: Scope) -> None:
        if not self._reported and any(name in FORWARDED_HEADERS for name, _ in scope["headers"]):
            self._reported = True
            self._report_untrusted()


def counted_network(address: str) -> str:
    """Return what limits count a client by: its IPv4 address, or the /64 of its IPv6 address.

    A client usually has all of its /64. What is no address is returned as it is.
    """
    parsed = _parse(address) if ":" in address else None
    if parsed is None or isinstance(parsed, IPv4Address):
        return address if parsed is None else str(parsed)
    return str(IPv6Network((parsed, CLIENT_BITS), strict=False))


def client_address(scope: Scope) -> str:
    """Return the address of the client of a request to an application of `create_app`, which sets `scope["app"]`.

    It honours TRUSTED_PROXIES; see Proxies.
    """
    return cast("Proxies", scope["app"].state.proxies).client_of(scope)


def _forwarded_for(scope: Scope) -> list[str]:
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == FORWARDED_FOR]
    return ",".join(values).split(",") if values else []


_as_text = lru_cache(MOST_KNOWN)(str)


@lru_cache(MOST_KNOWN)
def _parse(text: str) -> Address | None:
    """An address as proxies write it: also with a port, in brackets, or as IPv4 inside IPv6; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
