"""Keys: whose a request is, checked before its body is read."""

import asyncio
import hashlib
import re
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param

from adapters.http.addresses import client_address
from adapters.http.rate_limits import rate_limits_of
from router.access.keys import Caller
from router.actors import Scope
from router.errors import Unauthenticated
from router.ports.flows import KeyFlow

if TYPE_CHECKING:
    from adapters.http.connections import Connections

# What can't be a key at all is not looked up.
API_KEY = re.compile(r"[A-Za-z0-9_-]{1,200}")
# When more keys than this are in use, the cache is cleared and keys are looked up again.
MOST_KNOWN = 10_000


class KeyChecks:
    """Checks of the same key that arrive together share one look at the database.

    The look begins after all of them arrived, so that a revoked key is refused from the moment of its revocation.
    """

    def __init__(self, authenticate: KeyFlow, most_known: int = MOST_KNOWN) -> None:
        self._authenticate = authenticate
        self._most_known = most_known
        self._known: dict[tuple[bytes, tuple[Scope, ...]], Caller] = {}
        self._under_way: dict[tuple[str, ...], asyncio.Task[Caller]] = {}
        self._following: dict[tuple[str, ...], asyncio.Task[Caller]] = {}

    def known(self, presented: str, scopes: tuple[Scope, ...]) -> Caller | None:
        """Whose key this was when it was last checked; it may have been revoked since."""
        return self._known.get((_digest(presented), scopes))

    async def check(self, presented: str, scopes: tuple[Scope, ...]) -> Caller:
        """Say whose key this is. Raises Unauthenticated or Forbidden."""
        these = (presented, *scopes)
        look = self._following.get(these)
        if look is None or look.done():
            look = asyncio.create_task(self._look(presented, scopes, self._under_way.get(these)))
            look.add_done_callback(_retrieve)
            self._following[these] = look
        # Somebody who goes away must not end the look for the others.
        return await asyncio.shield(look)

    async def _look(self, presented: str, scopes: tuple[Scope, ...], before: asyncio.Task[Caller] | None) -> Caller:
        these = (presented, *scopes)
        try:
            if before is not None:
                await asyncio.wait([before])
        finally:
            # Requests that arrive from now on wait for the next lookup.
            self._under_way[these] = self._following.pop(these)
        self._known.pop((_digest(presented), scopes), None)
        try:
            caller = await run_in_threadpool(self._authenticate.check, presented, *scopes)
        finally:
            del self._under_way[these]
        if len(self._known) >= self._most_known:
            self._known.clear()
        self._known[_digest(presented), scopes] = caller
        return caller


def _digest(presented: str) -> bytes:
    """What is kept of a key must not be one."""
    return hashlib.sha256(presented.encode()).digest()


def _retrieve(look: asyncio.Task[Caller]) -> None:
    """Take the error out, which asyncio would report when everybody who waited for it has gone."""
    if not look.cancelled():
        look.exception()


class KeyFor(SecurityBase):
    """A dependency that lets only keys with one of these scopes through."""

    model = HTTPBearer(description="A key of the practice, made with `careroute key create`. Calls name their scope.")
    scheme_name = "key"

    def __init__(self, *scopes: Scope) -> None:
        self._scopes = scopes

    async def __call__(self, request: Request) -> Caller:
        """Return whose key came with the request. Raises Unauthenticated, Forbidden or TooManyRequests."""
        caller = await _checks_of(request).check(_presented(request), self._scopes)
        return _admit(request, caller)

    def recall(self, request: Request) -> Caller | None:
        """Like `__call__`, but trusts the cached lookup; None where there is none.

        For a call whose transaction makes sure that the key is still in force.
        """
        known = _checks_of(request).known(_presented(request), self._scopes)
        return None if known is None else _admit(request, known)


def _admit(request: Request, caller: Caller) -> Caller:
    """Note whose request it is, and count it. Raises TooManyRequests."""
    request.state.caller = caller
    welcome(request)
    rate_limits_of(request).take_for(request, caller)
    return caller


def welcome(request: Request) -> None:
    """Remember that this address had a valid key or session: neither its connections nor its requests are limited."""
    cast("Connections", request.app.state.connections).welcome(client_address(request.scope))


def _presented(request: Request) -> str:
    scheme, presented = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() != "bearer" or not presented:
        raise Unauthenticated("Send a key: Authorization: Bearer KEY.")
    if not API_KEY.fullmatch(presented):
        raise Unauthenticated("The key is not valid.")
    return presented


def _checks_of(request: Request) -> KeyChecks:
    return cast("KeyChecks", request.app.state.key_checks)


PORTAL_KEY = KeyFor(Scope.PORTAL)
PortalCaller = Annotated[Caller, Security(PORTAL_KEY, scopes=[Scope.PORTAL.value])]
RosterCaller = Annotated[Caller, Security(KeyFor(Scope.ROSTER), scopes=[Scope.ROSTER.value])]
AdminCaller = Annotated[Caller, Security(KeyFor(Scope.ADMIN), scopes=[Scope.ADMIN.value])]
InboxCaller = Annotated[Caller, Security(KeyFor(Scope.INBOX), scopes=[Scope.INBOX.value])]
AbsenceCaller = Annotated[
    Caller, Security(KeyFor(Scope.ADMIN, Scope.INBOX), scopes=[Scope.ADMIN.value, Scope.INBOX.value])
]
OpsCaller = Annotated[Caller, Security(KeyFor(Scope.OPS), scopes=[Scope.OPS.value])]
