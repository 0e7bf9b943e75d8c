"""Every call of the OpenAPI document, with what schemathesis makes of its schemas: no finding."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, CheckFunction, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.database.engine import make_engine
from tests.house import House
from tests.integration.api.conftest import Service
from tests.integration.api.sample import document, made_ids, sample_service

# For each call, so many with right and so many with wrong input; the same in each run.
EXAMPLES = 6
# They may name what isn't there, hold what contradicts itself, or an address that no mail server can have: refused by
# 422, though the document can't say so.
SEMANTIC = {
    "addStaff",
    "forwardDelivery",
    "importRoster",
    "previewMessage",
    "previewRedFlags",
    "replyToDelivery",
    "restoreSettingsVersion",
    "saveMessagingSettings",
    "searchInbox",
    "sendMessage",
    "setAbsence",
    "updateStaff",
}
# Each item is answered for itself.
ANSWERS_EACH = {"sendMessageBatch"}
KNOWN = {"patient": "p-1007", "staff": "nisha-patel", "version": 1}


class Relay:
    """Stands for the application until there is one, since the calls are listed before."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request on."""
        await self.app(scope, receive, send)


relay = Relay()
schema = schemathesis.openapi.from_dict(document(), config=SchemathesisConfig())
# If-Match is checked before the body is read, and a body's length while it is.
rejections = schema.config.checks.negative_data_rejection
rejections.expected_statuses = [*rejections.expected_statuses, "412", "413"]
schema.config.generation.update(allow_extra_parameters=False)
schema.app = relay
operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
fixed = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


def _cases() -> Iterator[Any]:
    """Every call with right input, and with wrong input those that take any."""
    for operation in operations:
        name = operation.definition.raw["operationId"]
        yield pytest.param(operation, GenerationMode.POSITIVE, id=f"{name}-right")
        if {"parameters", "requestBody"} & set(operation.definition.raw):
            yield pytest.param(operation, GenerationMode.NEGATIVE, id=f"{name}-wrong")


@pytest.fixture(scope="module")
def sampled(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The sample practice on a database of its own, which the calls of all tests change."""
    path = tmp_path_factory.mktemp("sampled") / "careroute.db"
    path.write_bytes(migrated_file.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    service = sample_service(House(engine))
    relay.app = service.app
    yield service
    engine.dispose()


@pytest.fixture(scope="module")
def ids(sampled: Service) -> dict[str, Any]:
    """Ids that lead somewhere, by the name of the parameter that takes them."""
    return {**KNOWN, **made_ids(sampled)}


@pytest.mark.parametrize(("operation", "mode"), list(_cases()))
def test_no_call_breaks_its_description(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, sampled: Service, ids: dict[str, Any]
) -> None:
    """Answers match their schemas, wrong input is refused, and nothing is a defect; half of the ids lead somewhere."""
    name = operation.definition.raw["operationId"]
    excluded: list[CheckFunction] = [positive_data_acceptance] if name in SEMANTIC else []
    excluded += [negative_data_rejection] if name in ANSWERS_EACH else []

    @fixed
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def check(case: Case[Any], found: bool) -> None:  # noqa: FBT001 - hypothesis gives it.
        if found and mode is GenerationMode.POSITIVE and case.path_parameters:
            case.path_parameters |= {name: ids[name] for name in case.path_parameters if name in ids}
        # A cursor is a text that Careroute has given out; any other is refused.
        if mode is GenerationMode.POSITIVE:
            case.query.pop("cursor", None)
        case.call_and_validate(excluded_checks=excluded, headers={"Authorization": f"Bearer {sampled.key()}"})

    check()
