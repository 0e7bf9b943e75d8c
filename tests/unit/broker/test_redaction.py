"""Keys are taken out of whatever is kept, in every form in which they are met."""

import json
from base64 import b64encode, encodebytes, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from adapters.broker.redaction import REMOVED, without_keys
from tests.samples.enqueued import KEY

SECRET = KEY.rpartition("_")[2]


@pytest.mark.parametrize(
    "data",
    [
        KEY.encode(),
        f"Bearer {KEY}.".encode(),
        KEY[:30].encode(),
        KEY.encode("utf-16"),
        KEY.encode("utf-16-be"),
        KEY.encode("utf-32"),
        "".join(f"\\u{ord(character):04x}" for character in KEY).encode(),
        "".join(f"\\u{ord(character):04X}" for character in KEY).encode(),
        b64encode(f"abc{KEY}".encode()),
        b64encode(KEY.encode()).replace(b"/", b"\\/"),
        urlsafe_b64encode(f'{{"a":"{KEY}"}}'.encode()),
        encodebytes(f"abc{KEY}".encode()),
        encodebytes(f"abc{KEY}".encode()).replace(b"\n", b"\r\n"),
        json.dumps(encodebytes(f"abc{KEY}".encode()).decode()).encode(),
        b'{"key": "some other form", "a": 1}',
        rb'{"key":"with \" a quote',
    ],
)
def test_no_form_of_a_key_is_left(data: bytes) -> None:
    cleaned = without_keys(b"before " + data + b" after")

    assert REMOVED in cleaned
    assert cleaned.startswith(b"before ")
    for left in (b"careroute_", KEY[12:30].encode(), b"other form", b"quote", b64encode(KEY.encode())[4:40]):
        assert left not in cleaned.replace(b"\x00", b"")


def test_the_key_that_was_presented_is_removed_whatever_it_is_like() -> None:
    assert without_keys(b"a short-but-secret-key b", "short-but-secret-key") == b"a [key removed] b"
    assert without_keys(b"a bill", "a") == b"a bill"


@pytest.mark.parametrize("data", [b"", b"My key question is: careroute?", b'{"body": "the \\"key\\": \\"x\\" of it"}'])
def test_what_holds_no_key_is_left_as_it_is(data: bytes) -> None:
    assert without_keys(data) == data


@pytest.mark.parametrize("before", range(0, 80, 7))
def test_a_key_is_found_wherever_a_line_of_base64_is_broken(before: int) -> None:
    lines = encodebytes(b"x" * before + KEY.encode() + b"y" * 80)

    for form in (lines, lines.replace(b"\n", b"\r\n"), json.dumps(lines.decode()).encode()):
        assert without_keys(form).strip(b'"\\rn').strip() == REMOVED


@given(some.binary(max_size=60), some.binary(max_size=60), some.integers(min_value=0, max_value=3))
def test_a_key_is_found_at_every_place_of_base64(before: bytes, after: bytes, padding: int) -> None:
    cleaned = without_keys(b64encode(before + b"x" * padding + KEY.encode() + after))

    assert cleaned.startswith(REMOVED)
