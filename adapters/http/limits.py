"""Reading bodies, no further than they may be long."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from adapters.http.problems import TooLarge

REQUEST_BYTES = 256 * 1024
BATCH_BYTES = 16 * 1024 * 1024
ROSTER_BYTES = 64 * 1024 * 1024


async def read_body(request: Request, limit: int) -> bytes:
    """Read the body of a request whose key has been checked. Raises TooLarge where it passes the limit."""
    if not hasattr(request.state, "caller"):
        raise RuntimeError("the body would be read before the key is checked")
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def body_up_to(limit: int) -> Callable[[Request], Awaitable[bytes]]:
    """A dependency that reads the body. It comes after the caller in a call's parameters: the key is checked first."""

    async def read(request: Request) -> bytes:
        return await read_body(request, limit)

    return read


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"A body of this call may have at most {limit // 1024} KB.")


RequestBody = Annotated[bytes, Depends(body_up_to(REQUEST_BYTES))]
BatchBody = Annotated[bytes, Depends(body_up_to(BATCH_BYTES))]
RosterBody = Annotated[bytes, Depends(body_up_to(ROSTER_BYTES))]
