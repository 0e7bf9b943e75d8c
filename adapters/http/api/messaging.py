"""The settings of a practice: reading, saving, their versions, and bringing one back."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from adapters.documents.messaging import MessagingDocument, parse_messaging_json, render_messaging
from adapters.http.api.departures import render_gaps
from adapters.http.auth import AdminCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_number, number_in
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.limits import RequestBody
from adapters.http.problems import PreconditionRequired
from router.errors import Invalid, NotFound, Stale
from router.flows.administrator.messaging import SavedSettings
from router.messaging.settings import SettingsVersion

LISTING = "versions"
HEADER = "If-Match"
ANY = "*"
# RFC 9110, section 8.8.3; what we give out ourselves is a number in quotes.
ETAG = re.compile(r'"([\x21\x23-\x7e]*)"')
NUMBER = re.compile(r"[0-9]{1,9}")

routes = APIRouter(tags=["messaging"])


class ByShape(TypedDict):
    """Who did something: a key, a member of staff, an operator or the command line."""

    kind: str
    id: str


class VersionShape(TypedDict):
    """A saved version: who, when, and what changed in words."""

    version: int
    at: str
    by: ByShape
    changes: list[str]


class VersionsShape(TypedDict):
    """A page of versions, newest first."""

    items: list[VersionShape]
    next: str | None


class WholeVersionShape(VersionShape):
    """A saved version with its settings."""

    messaging: MessagingDocument


async def _version(version: Annotated[str, Path(description="The number of a saved version.")]) -> int:
    """A number that the database can hold; anything else is no saved version."""
    if not NUMBER.fullmatch(version):
        raise NotFound.at("version", "is not a saved version")
    return int(version)


async def _expected(
    text: Annotated[
        str | None, Header(alias=HEADER, description="The ETag of what was edited; `*` overwrites whatever is there.")
    ] = None,
) -> int | None:
    """The version that was edited; None overwrites whatever is there."""
    if text is None:
        raise PreconditionRequired(f"Send {HEADER} with the ETag of the settings that were edited.")
    if text.strip() == ANY:
        return None
    match = ETAG.fullmatch(text.strip())
    if match is None:
        raise Invalid.at(HEADER, "must be one strong ETag in quotes, or *")
    if not NUMBER.fullmatch(match[1]):
        raise Stale("The settings have never had this ETag.")
    return int(match[1])


VersionNumber = Annotated[int, Depends(_version)]
Expected = Annotated[int | None, Depends(_expected)]


@routes.get("/v1/messaging", summary="Read the settings", response_model=MessagingDocument, responses=problems())
def read_settings(caller: AdminCaller, flows: FlowsOfApp) -> JSONResponse:
    """Who gets which topic. The ETag is what a change of these settings must name."""
    messaging = flows.messaging.read(caller.practice, caller.actor).messaging
    return JSONResponse(render_messaging(messaging), headers=_etag(messaging.version))


@routes.put(
    "/v1/messaging",
    summary="Save the settings",
    response_model=MessagingDocument,
    responses=problems(412, 413, 428),
    openapi_extra=takes(MessagingDocument),
)
def save_settings(caller: AdminCaller, expected: Expected, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """Save all of it or nothing.

    The answer says what changed in words, what should be known about it, and the gaps that it opens.
    """
    return _saved(flows.messaging.save(caller.practice, parse_messaging_json(body), expected, caller.actor))


@routes.get(
    "/v1/messaging/versions", summary="List the saved versions", response_model=VersionsShape, responses=problems()
)
def list_versions(
    caller: AdminCaller, flows: FlowsOfApp, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> JSONResponse:
    """Who saved when, and what changed in words; newest first."""
    found = flows.messaging.versions(caller.practice, number_in(LISTING, cursor), limit + 1)
    shown = found[:limit]
    following = after_number(LISTING, shown[-1].version) if len(found) > limit else None
    return JSONResponse(VersionsShape(items=[_render(one) for one in shown], next=following))


@routes.get(
    "/v1/messaging/versions/{version}",
    summary="Read a saved version",
    response_model=WholeVersionShape,
    responses=problems(404),
)
def read_version(caller: AdminCaller, version: VersionNumber, flows: FlowsOfApp) -> JSONResponse:
    """One saved version, with its settings."""
    saved, messaging = flows.messaging.version(caller.practice, version)
    return JSONResponse({**_render(saved), "messaging": render_messaging(messaging)})


@routes.post(
    "/v1/messaging/versions/{version}/restore",
    summary="Bring a version back",
    response_model=MessagingDocument,
    responses=problems(404),
)
def restore_version(caller: AdminCaller, version: VersionNumber, flows: FlowsOfApp) -> JSONResponse:
    """Save a version's settings as a new version. Refused where its staff or sites are not there any more."""
    return _saved(flows.messaging.restore(caller.practice, version, caller.actor))


def _saved(saved: SavedSettings) -> JSONResponse:
    warnings = [{"code": one.code.value, "field": one.field, "message": one.message} for one in saved.warnings]
    document: dict[str, Any] = render_messaging(saved.messaging)
    document |= {"changes": list(saved.changes), "warnings": warnings, "gaps": render_gaps(saved.gaps)}
    return JSONResponse(document, headers=_etag(saved.messaging.version))


def _etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def _render(version: SettingsVersion) -> VersionShape:
    return VersionShape(
        version=version.version,
        at=moment_text(version.at),
        by=ByShape(kind=version.actor.kind.value, id=version.actor.id),
        changes=list(version.changes),
    )
