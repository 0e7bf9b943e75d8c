"""The API reference at /docs, where calls can also be tried out. The page loads nothing from other hosts."""

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

from adapters.http.api.shapes import Shape, kind_of, shapes_of

TEMPLATES = Path(__file__).parent / "templates"
SCRIPT = (TEMPLATES / "docs.js").read_text(encoding="utf-8")
STYLE = (TEMPLATES / "docs.css").read_text(encoding="utf-8")
PAGE = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("docs.html")


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


# Allows this script, this style and calls to this service, nothing else.
POLICY = (
    "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"script-src 'sha256-{_digest(SCRIPT)}'; style-src 'sha256-{_digest(STYLE)}'"
)

routes = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a request body."""

    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a call, with the value that its field shows at first."""

    name: str
    place: str
    kind: str
    words: str
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of a call: its status code, description, headers and fields."""

    status: str
    words: str
    headers: tuple[tuple[str, str], ...]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the page shows it."""

    method: str
    path: str
    name: str
    subject: str
    summary: str
    words: str
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    examples: tuple[Example, ...]
    shapes: tuple[Shape, ...]
    answers: tuple[Answer, ...]


@routes.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """Render the reference."""
    described = request.app.openapi()
    page = PAGE.render(calls=list(calls_of(described)), about=described["info"], script=SCRIPT, style=STYLE)
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


def calls_of(described: dict[str, Any]) -> Iterator[Call]:
    """Every call of an OpenAPI document, in document order."""
    schemas = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            scopes = [scope for needed in operation.get("security", ()) for some in needed.values() for scope in some]
            yield Call(
                method=method.upper(),
                path=path,
                name=operation["operationId"],
                subject=operation["tags"][0],
                summary=operation["summary"],
                words=operation.get("description", ""),
                scopes=tuple(scopes),
                parameters=tuple(_parameter(parameter) for parameter in operation.get("parameters", ())),
                examples=tuple(_example(example) for example in body.get("examples", {}).values()),
                shapes=tuple(shapes_of(body["schema"], schemas)) if body else (),
                answers=tuple(_answer(status, answer, schemas) for status, answer in operation["responses"].items()),
            )


def _parameter(parameter: dict[str, Any]) -> Parameter:
    required = ", required" if parameter["required"] else ""
    examples = [example["value"] for example in parameter.get("examples", {}).values()]
    value = parameter.get("example", examples[0] if examples else "")
    kind = f"{parameter['in']}, {kind_of(parameter['schema'])}{required}"
    return Parameter(parameter["name"], parameter["in"], kind, parameter.get("description", ""), str(value))


def _example(example: dict[str, Any]) -> Example:
    return Example(example["summary"], json.dumps(example["value"], indent=2, ensure_ascii=False))


def _answer(status: str, answer: dict[str, Any], schemas: dict[str, Any]) -> Answer:
    headers = tuple((name, header["description"]) for name, header in answer.get("headers", {}).items())
    content = answer.get("content", {}).get("application/json", {})
    shapes = tuple(shapes_of(content["schema"], schemas)) if content.get("schema") else ()
    return Answer(status, answer["description"], headers, shapes)
