"""How the API reference words what a field may hold."""

import pytest

from adapters.http.api.shapes import kind_of


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 200}, "string, 1 to 200 characters"),
        ({"type": "string", "minLength": 1}, "string, at least 1 character"),
        ({"type": "string", "maxLength": 80}, "string, at most 80 characters"),
        ({"type": "string", "minLength": 2, "maxLength": 2}, "string, exactly 2 characters"),
        ({"type": "integer", "minimum": 0, "maximum": 1}, "integer, 0 to 1"),
        ({"type": "integer", "minimum": 0}, "integer, at least 0"),
        (
            {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 500},
            "list of string, 1 to 500 items",
        ),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 1}, "list of string, at most 1 item"),
        ({"type": "boolean"}, "boolean"),
    ],
)
def test_limits_are_worded(schema: dict[str, object], words: str) -> None:
    assert kind_of(schema) == words
