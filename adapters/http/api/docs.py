"""The documentation of all calls, to read and to try out: one page that loads nothing from elsewhere."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"
SCRIPT = (TEMPLATES / "docs.js").read_text(encoding="utf-8")
STYLE = (TEMPLATES / "docs.css").read_text(encoding="utf-8")
PAGE = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("docs.html")


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


# Only this script and this style, and calls to this service.
POLICY = (
    "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"script-src 'sha256-{_digest(SCRIPT)}'; style-src 'sha256-{_digest(STYLE)}'"
)

EXAMPLES: dict[str, object] = {"string": "", "boolean": True, "array": [], "object": {}}

routes = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the page shows it; `body` is an example of what it takes."""

    method: str
    path: str
    subject: str
    summary: str
    words: str
    scopes: tuple[str, ...]
    parameters: tuple[dict[str, Any], ...]
    body: str | None
    answers: tuple[tuple[str, str], ...]


@routes.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The page."""
    described = request.app.openapi()
    page = PAGE.render(calls=list(calls_of(described)), about=described["info"], script=SCRIPT, style=STYLE)
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


def calls_of(described: dict[str, Any]) -> Iterator[Call]:
    """Every call of an OpenAPI description, in its order."""
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody")
            schema = body["content"]["application/json"]["schema"] if body else None
            scopes = [scope for needed in operation.get("security", ()) for some in needed.values() for scope in some]
            yield Call(
                method=method.upper(),
                path=path,
                subject=operation["tags"][0],
                summary=operation["summary"],
                words=operation.get("description", ""),
                scopes=tuple(scopes),
                parameters=tuple(operation.get("parameters", ())),
                body=json.dumps(_example(schema, described), indent=2) if schema else None,
                answers=tuple((status, answer["description"]) for status, answer in operation["responses"].items()),
            )


def _example(schema: dict[str, Any], described: dict[str, Any]) -> object:
    """The smallest value of a schema's shape."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _example(described["components"]["schemas"][name], described)
    if "properties" in schema:
        return {name: _example(schema["properties"][name], described) for name in schema.get("required", ())}
    if "$ref" in schema.get("items", {}):
        return [_example(schema["items"], described)]
    if schema.get("format") == "date-time":
        return "2026-03-02T12:00:00Z"
    return schema["enum"][0] if "enum" in schema else EXAMPLES.get(schema.get("type", ""))
