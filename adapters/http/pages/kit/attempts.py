"""Sign-ins that went wrong from one address, whatever names were tried: against one password tried on everybody."""

from ipaddress import IPv6Network
from typing import cast

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from adapters.http.addresses import client_address
from router.access.sign_ins import TooManyTries

# A practice's staff may share one address: they forget passwords, but not so many in ten minutes.
LIMIT = RateLimitItemPerMinute(60, 10)
# A counter that can't be asked in this time lets everybody try: the limit of each name stands in the database.
SECONDS = 1


class Attempts:
    """Counts for one process (`memory://`), or in Redis for all. Both calls may wait: never on an event loop."""

    def __init__(self, storage: str = "memory://") -> None:
        waiting = {} if storage.startswith("memory") else {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
        self._limiter = MovingWindowRateLimiter(storage_from_string(storage, wrap_exceptions=True, **waiting))

    def check(self, request: Request) -> None:
        """Raise TooManyTries where too many went wrong from this address lately."""
        try:
            may_try = self._limiter.test(LIMIT, _home(request))
        except StorageError:
            return
        if not may_try:
            raise TooManyTries("Too many sign-ins went wrong from here. Wait ten minutes, then try again.")

    def count(self, request: Request) -> None:
        """One more went wrong."""
        try:
            self._limiter.hit(LIMIT, _home(request))
        except StorageError:
            return


def _home(request: Request) -> str:
    """The client's address, or of an IPv6 one its /64: whoever has one of those addresses has all of them."""
    address = client_address(request.scope)
    return str(IPv6Network((address, 64), strict=False)) if ":" in address else address


def attempts_of(request: Request) -> Attempts:
    """The counter of the application that answers this request."""
    return cast("Attempts", request.app.state.attempts)
