"""Every parameter of the document, sent the edges of its type: never a defect."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from adapters.http.cursors import after_id, after_number, after_position
from tests.house import House
from tests.integration.api.sample import as_json, calls, document, made_ids, sample_service

pytestmark = pytest.mark.both_engines
TEXTS = ("", " ", "\x00", "x" * 129, "x" * 5_000, "😀", "%ff", "null", "..", "a/b", "'; --", "\u202e")
NUMBERS = ("-1", "0", "1", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 20, "9" * 400, "1e3", "٣")
MOMENTS = (
    "0001-01-01T00:00:00+14:00",
    "1900-01-01T00:00:00Z",
    "2199-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59-14:00",
)
ENDS_OF_TIME = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))


def edges_of_cursors() -> Iterator[str]:
    """Positions that can be written, in each list, at the far ends of time and numbers."""
    for listing in ("conversations", "inbox", "versions", "parked"):
        for at in ENDS_OF_TIME:
            yield after_position(listing, (at, UUID(int=2**128 - 1)))
        yield after_number(listing, 2**31 - 1)
        yield after_id(listing, UUID(int=0))


def edges(call: tuple[str, str, dict[str, Any]], known: dict[str, str]) -> Iterator[dict[str, str]]:
    """The values of a call's parameters: one at its edges after the other, the rest as they are known."""
    parameters = call[2].get("parameters", ())
    required = {one["name"]: known.get(one["name"], "1") for one in parameters if one["required"]}
    for parameter in parameters:
        for edge in (*TEXTS, *NUMBERS, *MOMENTS, *(edges_of_cursors() if parameter["name"] == "cursor" else ())):
            yield {**required, parameter["name"]: edge}


# The stricter one: its numbers have ends, and its texts can't hold everything.
@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_edges_of_parameters_are_no_defects(house: House) -> None:
    """Whatever a parameter holds, it is taken or refused."""
    service = sample_service(house)
    known = {**made_ids(service), "patient": "p-1007", "staff": "nisha-patel", "version": "1", "topic": "other"}
    # One event loop for all of them.
    with service.client() as client:
        for call in calls(document()):
            method, path, operation = call
            places = {one["name"]: one["in"] for one in operation.get("parameters", ())}
            for values in edges(call, known):
                address = path.format_map({name: quote(value, safe="") for name, value in values.items()})
                query = {name: value for name, value in values.items() if places[name] == "query"}
                headers = {name: quote(value) for name, value in values.items() if places[name] == "header"}
                response = client.request(method, address, params=query, headers=headers, content=as_json({}))
                assert response.status_code < 500, (method, address, query, headers)


@pytest.mark.parametrize("begins", MOMENTS)
def test_edges_of_time_break_no_form(house: House, begins: str) -> None:
    """An absence at the end of time is refused, or leaves the forms of every patient whole."""
    service = sample_service(house)
    client = service.client()
    body = {"from": begins, "until": "2199-12-31T23:59:59Z"}

    put = client.put("/v1/staff/nisha-patel/absence", content=json.dumps(body))
    far = client.put("/v1/staff/nisha-patel/absence", content=json.dumps({**body, "until": MOMENTS[-1]}))

    assert put.status_code in {200, 422}
    assert far.status_code == 422
    assert client.get("/v1/patients/p-1007/compose").status_code == 200
