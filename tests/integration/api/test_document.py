"""The OpenAPI document is one that a client can be made from: described, exemplified, and as strict as the code."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.house import House
from tests.integration.api.conftest import Service
from tests.integration.api.recorded_calls import record
from tests.integration.api.sample import as_json, calls, document, made_ids, prepare, sample_service

DOCUMENT = document()
SCHEMAS = DOCUMENT["components"]["schemas"]
CALLS = calls(DOCUMENT)
VERBS = {
    *("act", "add", "apply", "check", "claim", "create", "delete", "find", "forward", "get", "import", "list", "mark"),
    *("preview", "put", "release", "replay", "reply", "requeue", "restore", "save", "search", "send", "set", "snooze"),
    *("undo", "update"),
}
# Said of every answer by HTTP itself, or the same for all of Careroute.
EVERYWHERE = {"content-length", "content-type", "cache-control", "x-content-type-options"}


def name_of(call: tuple[str, str, dict[str, Any]]) -> str:
    return str(call[2]["operationId"])


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The named fields of a schema, those of inner objects too."""
    for name, field in schema.get("properties", {}).items():
        yield name, field
        yield from fields(field)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_field_is_described(name: str) -> None:
    """A client's programmer reads of every object and of every field what it is."""
    schema = SCHEMAS[name]
    # Where a field is described as its type is, it is left to the type.
    undescribed = [field for field, described in fields(schema) if not {"description", "$ref"} & set(described)]

    assert undescribed == []
    assert schema.get("description")


@pytest.mark.parametrize("call", CALLS, ids=name_of)
def test_every_call_can_be_called(call: tuple[str, str, dict[str, Any]]) -> None:
    """It has a name that a person would choose, described parameters, and an example of whatever it requires."""
    _, _, operation = call
    verb = re.match("[a-z]+", operation["operationId"])

    assert verb is not None
    assert verb[0] in VERBS
    assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", operation["operationId"])
    for parameter in operation.get("parameters", ()):
        assert parameter["description"], parameter["name"]
        assert not parameter["required"] or parameter.get("examples") or parameter.get("example"), parameter["name"]
    if "requestBody" in operation:
        described = operation["requestBody"]["content"]["application/json"]
        assert described["examples"]
        assert described["schema"]


def test_names_of_calls_are_unique() -> None:
    """No two calls have one name."""
    names = sorted(name_of(call) for call in CALLS)

    assert all(first != second for first, second in pairwise(names))


def test_a_change_has_no_defaults() -> None:
    """A client that sends every default that is declared would change what nobody named."""
    bodies = [operation["requestBody"] for method, _, operation in CALLS if method == "patch"]
    references = [body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2] for body in bodies]

    assert sorted(references) == ["PatientChangeDocument", "StaffChangeDocument"]
    for reference in references:
        assert [name for name, field in fields(SCHEMAS[reference]) if "default" in field] == []
    assert "required" not in SCHEMAS["StaffChangeDocument"]


def test_every_text_and_number_has_bounds() -> None:
    """What comes in is as narrow in the document as in the code: texts have lengths, integers and times ranges."""
    for name in [name for name in SCHEMAS if name.endswith(("Document", "Body"))]:
        for field, schema in fields(SCHEMAS[name]):
            for shape in (schema, *schema.get("anyOf", ()), schema.get("items", {})):
                if shape.get("type") == "string":
                    assert {"maxLength", "enum", "pattern"} & set(shape), f"{name}.{field}"
    for _, path, operation in CALLS:
        for parameter in operation.get("parameters", ()):
            if parameter["schema"].get("type") == "integer":
                assert {"minimum", "maximum"} <= set(parameter["schema"]), f"{path} {parameter['name']}"


def test_every_header_is_declared(service: Service) -> None:
    """What the recorded calls answer carries no header that the document doesn't know."""
    answers: list[tuple[str, str, Any]] = []
    client = service.client()

    def keep(response: Any) -> None:  # noqa: ANN401 - the client's own.
        answers.append((response.request.method.lower(), response.request.url.path, response))

    client.event_hooks = {"response": [keep]}
    service.client = lambda *_scopes, **_values: client  # type: ignore[method-assign] # its answers are looked at.
    record(service)

    assert answers
    for method, path, response in answers:
        operation = _operation(method, path)
        if operation is None:
            continue
        declared = operation["responses"][str(response.status_code)].get("headers", {})
        told = set(response.headers) - EVERYWHERE
        assert told == {name.lower() for name in declared}, (method, path, response.status_code)


def _operation(method: str, path: str) -> dict[str, Any] | None:
    """The operation of an address; the longest template that fits."""
    fitting = [
        (template, operation)
        for known, template, operation in CALLS
        if known == method and re.fullmatch(re.sub(r"\{[a-z]+\}", "[^/]+", template), path)
    ]
    return min(fitting, key=lambda found: found[0].count("{"))[1] if fitting else None


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/messaging", "GET, HEAD, PUT"),
        ("/v1/messages", "GET, HEAD, POST"),
        ("/v1/deliveries/x/read", "POST"),
        ("/sign-in", "GET, HEAD, POST"),
    ],
)
def test_a_wrong_method_hears_of_all_others(service: Service, path: str, allowed: str) -> None:
    """Whichever route a method belongs to, it is among those that are allowed."""
    response = service.client().request("TRACE", path)

    assert (response.status_code, response.headers["allow"]) == (405, allowed)


def test_every_example_works_on_the_sample_practice(house: House) -> None:
    """Every example of every call is answered with success, once ids that Careroute makes are real ones."""
    service = sample_service(house)
    client = service.client()
    for method, path, operation in sorted(CALLS, key=lambda call: call[0] in {"put", "patch", "delete"}):
        made = {**made_ids(service), "item": None}
        # The sample practice has nothing parked and nothing that is overdue.
        if "{item}" in path or path.startswith("/v1/overdue/"):
            continue
        prepare(service, method, path, made)
        values: dict[str, Any] = {
            parameter["name"]: _example(parameter)
            for parameter in operation.get("parameters", ())
            if parameter["required"]
        }
        values |= {name: made[name] for name in values if name in made}
        address = path.format_map(values)
        places = {one["name"]: one["in"] for one in operation.get("parameters", ())}
        query = {name: value for name, value in values.items() if places[name] == "query"}
        headers = {name: value for name, value in values.items() if places[name] == "header"}
        for number, body in enumerate(_bodies(operation, made)):
            sent = {
                name: f"{value}-{number}" if name == "Idempotency-Key" else "*" if name == "If-Match" else value
                for name, value in headers.items()
            }
            content = None if body is None else as_json(body)
            response = client.request(method, address, params=query, headers=sent, content=content)
            assert response.is_success, (method, address, body, response.text)


def _example(parameter: dict[str, Any]) -> object:
    if "example" in parameter:
        return parameter["example"]
    (example,) = parameter["examples"].values()
    return example["value"]


def _bodies(operation: dict[str, Any], made: dict[str, Any]) -> list[Any]:
    if "requestBody" not in operation:
        return [None]
    found = operation["requestBody"]["content"]["application/json"]["examples"].values()
    bodies = [example["value"] for example in found]
    # Ids that Careroute makes, and a moment that is near enough.
    real = {"conversation": made["conversation"], "at": made["soon"]}
    return [{name: real[name] if name in real and value else value for name, value in body.items()} for body in bodies]
