"""The style, the scripts and the icon: read once, and kept by browsers for as long as they don't change."""

import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from router.errors import NotFound

FOLDER = Path(__file__).parents[1] / "static"
# The address of a file ends with a digest of what is in it, so that nothing old is ever shown.
FOREVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300"

routes = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file."""

    content: bytes
    media_type: str
    digest: str


@cache
def files() -> dict[str, StaticFile]:
    """Every file, by its name."""
    return {path.name: _read(path) for path in sorted(FOLDER.rglob("*.*"))}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return StaticFile(content, kind, sha256(content).hexdigest()[:16])


def address(name: str) -> str:
    """Where a browser loads this file from. Raises KeyError when there is none."""
    return f"/static/{name}?v={files()[name].digest}"


@routes.get("/static/{name}")
async def serve(name: str, request: Request) -> Response:
    """One file."""
    found = files().get(name)
    if found is None:
        raise NotFound("There is no such file.")
    etag = f'"{found.digest}"'
    asked = request.query_params.get("v")
    headers = {"ETag": etag, "Cache-Control": FOREVER if asked == found.digest else SHORTLY}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)


@routes.get("/favicon.ico")
async def icon(request: Request) -> Response:
    """The icon, where browsers look for it unasked."""
    return await serve("favicon.svg", request)
