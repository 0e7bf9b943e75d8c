"""Sign-ins that went wrong from one address, whatever names were tried: against one password tried on everybody."""

from collections.abc import Callable
from functools import partial
from typing import cast

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from adapters.http.addresses import client_address, counted_network
from router.access.sign_ins import TooManyTries

# A practice's staff may share one address: they forget passwords, but not so many in ten minutes.
LIMIT = RateLimitItemPerMinute(60, 10)
# If Redis doesn't answer within this time, the limit is applied per process.
SECONDS = 1
MEMORY = "memory://"

Report = Callable[[Exception], None]


def _nothing(_error: Exception) -> None:
    """The default: outages aren't reported."""


class Attempts:
    """Counts in this process and, if a Redis URL is given, in Redis for all processes together.

    While Redis can't be used, the limit applies per process; this is reported once per outage. Both methods may block,
    so they must not be called on an event loop.
    """

    def __init__(self, shared: str = MEMORY, report: Report = _nothing) -> None:
        self._own = MovingWindowRateLimiter(storage_from_string(MEMORY))
        self._shared: MovingWindowRateLimiter | None = None
        if shared != MEMORY:
            waiting = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
            self._shared = MovingWindowRateLimiter(storage_from_string(shared, **waiting))
        self._report = report
        self._is_away = False

    def check(self, request: Request) -> None:
        """Raise TooManyTries where too many went wrong from this address lately."""
        address = counted_network(client_address(request.scope))
        may_try = self._own.test(LIMIT, address)
        if may_try and self._shared is not None:
            may_try = self._ask(partial(self._shared.test, LIMIT, address))
        if not may_try:
            raise TooManyTries("Too many failed sign-ins from your network. Wait ten minutes, then try again.")

    def count(self, request: Request) -> None:
        """One more went wrong."""
        address = counted_network(client_address(request.scope))
        self._own.hit(LIMIT, address)
        if self._shared is not None:
            self._ask(partial(self._shared.hit, LIMIT, address))

    def _ask(self, question: Callable[[], bool]) -> bool:
        """The answer of Redis, or True if Redis can't be used."""
        try:
            answer = question()
        except Exception as error:  # noqa: BLE001 - a failing Redis must not keep people from signing in.
            if not self._is_away:
                self._report(error)
            self._is_away = True
            return True
        self._is_away = False
        return answer


def attempts_of(request: Request) -> Attempts:
    """The counter of the application that answers this request."""
    return cast("Attempts", request.app.state.attempts)
