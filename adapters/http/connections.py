"""How many connections a process keeps open, by address and in all, and why it ended others."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from adapters.http.addresses import counted_network
from adapters.http.wire_refusals import ADDRESS_FULL, NO_ROOM, WireRefusal

# A reverse proxy that TRUSTED_PROXIES doesn't name counts as one address until somebody signs in through it.
MOST_OF_AN_ADDRESS = 200
# An address that had a valid key or session this recently may be a portal's backend or a whole practice.
WELCOME_SECONDS = 600
# Number of addresses for which that is remembered. Beyond it, the oldest is forgotten.
MOST_WELCOME = 10_000
MOST_IN_ALL = 10_000


def _trusts_none(_peer: str) -> bool:
    """The default: no peer is a proxy."""
    return False


@dataclass(slots=True)
class Connections:
    """The open connections of one process, counted by the address of their peer (of IPv6: by its /64).

    `trusts` says whether a peer is a trusted proxy, whose connections belong to many clients.
    """

    most_in_all: int = MOST_IN_ALL
    most_of_an_address: int = MOST_OF_AN_ADDRESS
    trusts: Callable[[str], bool] = _trusts_none
    clock: Callable[[], float] = monotonic
    _ended: Counter[str] = field(init=False, default_factory=Counter)
    _open: Counter[str] = field(init=False, default_factory=Counter)
    _in_all: int = field(init=False, default=0)
    _welcome: dict[str, float] = field(init=False, default_factory=dict)

    def open(self, peer: str) -> WireRefusal | None:
        """Count a new connection, or return why it is refused, in which case it isn't counted."""
        if self._in_all >= self.most_in_all:
            return NO_ROOM
        network = counted_network(peer)
        if self._open[network] >= self.most_of_an_address and not (self.is_welcome(peer) or self.trusts(peer)):
            return ADDRESS_FULL
        self._open[network] += 1
        self._in_all += 1
        return None

    def close(self, peer: str) -> None:
        """Count off a connection that `open` counted."""
        network = counted_network(peer)
        self._in_all -= 1
        self._open[network] -= 1
        if not self._open[network]:
            del self._open[network]

    def welcome(self, address: str) -> None:
        """Remember that a request from this address had a valid key or session."""
        # Reinserted at the end: the first is the one to forget.
        network = counted_network(address)
        self._welcome.pop(network, None)
        self._welcome[network] = self.clock() + WELCOME_SECONDS
        if len(self._welcome) > MOST_WELCOME:
            del self._welcome[next(iter(self._welcome))]

    def is_welcome(self, address: str) -> bool:
        """Whether a request from this address had a valid key or session within WELCOME_SECONDS."""
        return self._welcome.get(counted_network(address), 0) > self.clock()

    def ended(self, reason: str) -> None:
        """Count a connection that was refused or cut."""
        self._ended[reason] += 1

    def take_ended(self) -> dict[str, int]:
        """Return the counts by reason since the last call."""
        taken = dict(self._ended)
        self._ended.clear()
        return taken
