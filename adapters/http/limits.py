"""Reading bodies, no further than they may be long, and no more of them at a time than there is memory for."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from adapters.http.problems import Busy, TooLarge

REQUEST_BYTES = 256 * 1024
# Twice as long as what is sent: a draft may be, and a form of a page holds one.
DRAFT_BYTES = 2 * REQUEST_BYTES
# Settings are those of all sites: about 1 KB a site, and 2 KB as the form of a page.
SETTINGS_BYTES = 16 * REQUEST_BYTES
BATCH_BYTES = 16 * 1024 * 1024
ROSTER_BYTES = 64 * 1024 * 1024
# Of bodies that are being read: two rosters of one practice.
MOST_OF_A_PRACTICE = 2 * ROSTER_BYTES
MOST_IN_ALL = 8 * ROSTER_BYTES


@dataclass(slots=True)
class BodyMemory:
    """The bytes of bodies that have arrived in part, by practice (empty: nobody signed in)."""

    most_of_a_practice: int = MOST_OF_A_PRACTICE
    most_in_all: int = MOST_IN_ALL
    _by_practice: Counter[str] = field(init=False, default_factory=Counter)
    _in_all: int = field(init=False, default=0)

    def take(self, practice: str, size: int) -> None:
        """Count bytes that arrived. Raises Busy where they are too many, without counting them."""
        of_practice = self._by_practice[practice] + size
        if of_practice > self.most_of_a_practice or self._in_all + size > self.most_in_all:
            raise Busy("Too many large requests are arriving at once. Repeat the request.")
        self._by_practice[practice] = of_practice
        self._in_all += size

    def leave(self, practice: str, size: int) -> None:
        """Count bytes off: their body is complete, or given up."""
        self._in_all -= size
        self._by_practice[practice] -= size
        if not self._by_practice[practice]:
            del self._by_practice[practice]


async def read_body(request: Request, limit: int) -> bytes:
    """Read the body of a request whose key has been checked.

    Raises TooLarge where it passes the limit, and Busy where the bodies being read take too much memory.
    """
    if not hasattr(request.state, "caller"):
        raise RuntimeError("the body would be read before the key is checked")
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)
    memory, practice = cast("BodyMemory", request.app.state.body_memory), _practice_of(request)
    request.state.body_begun = True
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            if size + len(chunk) > limit:
                raise _too_large(limit)
            memory.take(practice, len(chunk))
            size += len(chunk)
            chunks.append(chunk)
    finally:
        memory.leave(practice, size)
    return b"".join(chunks)


def _practice_of(request: Request) -> str:
    """The practice of a key or a session; operators and visitors have none."""
    practice = getattr(request.state.caller, "practice", "")
    return practice if isinstance(practice, str) else str(practice.id)


def body_up_to(limit: int) -> Callable[[Request], Awaitable[bytes]]:
    """A dependency that reads the body. It comes after the caller in a call's parameters: the key is checked first."""

    async def read(request: Request) -> bytes:
        return await read_body(request, limit)

    return read


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"A body of this call may have at most {limit // 1024} KB.")


RequestBody = Annotated[bytes, Depends(body_up_to(REQUEST_BYTES))]
SettingsBody = Annotated[bytes, Depends(body_up_to(SETTINGS_BYTES))]
DraftRequestBody = Annotated[bytes, Depends(body_up_to(DRAFT_BYTES))]
BatchBody = Annotated[bytes, Depends(body_up_to(BATCH_BYTES))]
RosterBody = Annotated[bytes, Depends(body_up_to(ROSTER_BYTES))]
