"""The settings of a practice: reading, saving, their versions, and bringing one back."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import WithJsonSchema

from adapters.documents.messaging import MessagingDocument, parse_messaging_json
from adapters.http.api.examples import SETTINGS
from adapters.http.api.views.messaging import (
    MessagingView,
    SavedMessagingView,
    VersionPageView,
    VersionView,
    WholeVersionView,
)
from adapters.http.auth import AdminCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_number, number_in
from adapters.http.description import problems, requires_header, takes, with_headers
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import an_example
from adapters.http.limits import SettingsBody
from adapters.http.problems import PreconditionRequired
from router.errors import Invalid, NotFound, Stale
from router.flows.administrator.messaging import SavedSettings

LISTING = "versions"
HEADER = "If-Match"
ANY = "*"
# RFC 9110, section 8.8.3; what we give out ourselves is a number in quotes.
ETAG = re.compile(r'"([\x21\x23-\x7e]*)"')
NUMBER = re.compile(r"[0-9]{1,9}")
LARGEST_VERSION = 999_999_999
IF_MATCH = rf"^(\*|{ETAG.pattern})$"
WHAT_WAS_EDITED = requires_header(
    HEADER,
    "The ETag of the settings that were edited, or `*` to overwrite any.",
    example='"1"',
    pattern=IF_MATCH,
)
WITH_ETAG: dict[int | str, dict[str, Any]] = {200: with_headers("ETag")}

routes = APIRouter(tags=["messaging"])


async def _version(
    version: Annotated[
        str,
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LARGEST_VERSION}),
        Path(description="The number of a saved version.", openapi_examples=an_example(1)),
    ],
) -> int:
    """A number that the database can hold; anything else is no saved version."""
    if not NUMBER.fullmatch(version):
        raise NotFound.at("version", "is not a saved version")
    return int(version)


async def _expected(
    text: Annotated[str | None, Header(alias=HEADER, include_in_schema=False)] = None,
) -> int | None:
    """The version that was edited; None overwrites whatever is there."""
    if text is None:
        raise PreconditionRequired(f"Send {HEADER} with the ETag of the settings that were edited.")
    return _version_of(text)


async def _expected_if_any(
    text: Annotated[
        str | None,
        Header(
            alias=HEADER,
            description="The ETag of the settings that the version was compared with: 412 if somebody has saved since. "
            "Without it, or with `*`, the version is restored over any.",
            openapi_examples=an_example('"1"'),
            json_schema_extra={"pattern": IF_MATCH},
        ),
    ] = None,
) -> int | None:
    """The version over which another is restored; None restores over whatever is there."""
    return None if text is None else _version_of(text)


def _version_of(text: str) -> int | None:
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
ExpectedIfAny = Annotated[int | None, Depends(_expected_if_any)]


@routes.get(
    "/v1/messaging",
    operation_id="getMessagingSettings",
    summary="Get the settings",
    responses=WITH_ETAG | problems(),
)
def read_settings(caller: AdminCaller, flows: FlowsOfApp, response: Response) -> MessagingView:
    """Who gets which topic. Send the ETag as `If-Match` to save a change of these settings."""
    messaging = flows.messaging.read(caller.practice, caller.actor).messaging
    _set_etag(response, messaging.version)
    return MessagingView.of(messaging)


@routes.put(
    "/v1/messaging",
    operation_id="saveMessagingSettings",
    summary="Save the settings",
    responses=WITH_ETAG | problems(412, 413, 428),
    openapi_extra=takes(MessagingDocument, examples=SETTINGS) | WHAT_WAS_EDITED,
)
def save_settings(
    caller: AdminCaller, expected: Expected, body: SettingsBody, flows: FlowsOfApp, response: Response
) -> SavedMessagingView:
    """Save all settings, or none if any is refused.

    The response lists the changes in words, any warnings, and the gaps that the change opens.
    """
    saved = flows.messaging.save(caller.practice, parse_messaging_json(body), expected, caller.actor)
    return _saved(saved, response)


@routes.get(
    "/v1/messaging/versions",
    operation_id="listSettingsVersions",
    summary="List the saved versions",
    responses=problems(),
)
def list_versions(
    caller: AdminCaller, flows: FlowsOfApp, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> VersionPageView:
    """Who saved each version, when, and what changed, in words; newest first."""
    found = flows.messaging.versions(caller.practice, number_in(LISTING, cursor), limit + 1)
    shown = found[:limit]
    following = after_number(LISTING, shown[-1].version) if len(found) > limit else None
    return VersionPageView(items=[VersionView.model_validate(version) for version in shown], next=following)


@routes.get(
    "/v1/messaging/versions/{version}",
    operation_id="getSettingsVersion",
    summary="Get a saved version",
    responses=problems(404),
)
def read_version(caller: AdminCaller, version: VersionNumber, flows: FlowsOfApp) -> WholeVersionView:
    """One saved version, with its settings."""
    saved, messaging = flows.messaging.version(caller.practice, version)
    return WholeVersionView.of(saved, messaging)


@routes.post(
    "/v1/messaging/versions/{version}/restore",
    operation_id="restoreSettingsVersion",
    summary="Restore a version",
    responses=WITH_ETAG | problems(404, 412),
)
def restore_version(
    caller: AdminCaller, version: VersionNumber, expected: ExpectedIfAny, flows: FlowsOfApp, response: Response
) -> SavedMessagingView:
    """Save a version's settings as a new version. Refused if its staff or sites no longer exist."""
    return _saved(flows.messaging.restore(caller.practice, version, caller.actor, expected), response)


def _saved(saved: SavedSettings, response: Response) -> SavedMessagingView:
    _set_etag(response, saved.messaging.version)
    return SavedMessagingView.of_saved(saved)


def _set_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'
