"""Reading what is on the intake queue: what is taken for which message, and what for none."""

import gzip
import json
import pickle
import zlib
from base64 import encodebytes

import pytest

from adapters.broker.reading import read
from router.operations.quarantine import LARGEST_BYTES
from tests.samples.enqueued import CANARY, KEY, a_message, a_task, enveloped

MESSAGE = a_message()


@pytest.mark.parametrize(
    "raw",
    [
        enveloped(MESSAGE),
        enveloped(MESSAGE, content_type="application/json; charset=utf-8"),
        enveloped(MESSAGE, properties={}, body=json.dumps(MESSAGE)),
        enveloped(zlib.compress(json.dumps(MESSAGE).encode()), headers={"compression": "application/x-gzip"}),
        enveloped(gzip.compress(json.dumps(MESSAGE).encode()), headers={"compression": "gzip"}),
        enveloped(MESSAGE, body=encodebytes(json.dumps(MESSAGE).encode()).decode()),
        a_task(MESSAGE),
        enveloped({"task": "careroute.intake", "id": "1", "args": [], "kwargs": MESSAGE}),
    ],
    ids=["kombu", "charset", "plain", "zlib", "gzip", "broken lines of Base64", "task", "task of protocol 1"],
)
def test_an_object_is_read_however_it_was_sent(raw: bytes) -> None:
    arrived = read(raw)

    assert (arrived.value, arrived.unreadable) == (MESSAGE, None)
    assert json.loads(arrived.body) == {name: value for name, value in MESSAGE.items() if name != "key"}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\xff\xfe" + json.dumps(MESSAGE).encode(), "not-a-message"),
        (json.dumps(MESSAGE)[:90].encode(), "not-a-message"),
        (json.dumps(MESSAGE | {"body": 7}).encode(), "not-a-message"),
        (json.dumps(MESSAGE).encode(), "not-a-message"),
        (b"[1]", "not-a-message"),
        (b"", "not-a-message"),
        (enveloped(MESSAGE)[:-200], "not-a-message"),
        (enveloped(MESSAGE, body="no base64!"), "not-a-message"),
        (enveloped(b"no zlib", headers={"compression": "zlib"}), "not-a-message"),
        (enveloped(json.dumps(MESSAGE)[:-1].encode()), "not-json"),
        (enveloped(b""), "not-json"),
        (enveloped(b'{"a": NaN}'), "not-json"),
        (enveloped(b"[" * 100_000), "not-json"),
        (enveloped(pickle.dumps(MESSAGE), content_type="application/x-python-serialize"), "wrong-content-type"),
        (enveloped(json.dumps(MESSAGE).encode("utf-16"), **{"content-encoding": "utf-16"}), "wrong-content-type"),
        (enveloped(MESSAGE, content_type="text/plain"), "wrong-content-type"),
        (enveloped(b"opaque", headers={"compression": "application/zstd"}), "wrong-content-type"),
        (enveloped([MESSAGE]), "not-an-object"),
        (enveloped("text"), "not-an-object"),
        (a_task(MESSAGE, name="careroute.other"), "unknown-task"),
        (enveloped({"task": "careroute.other", "args": [], "kwargs": MESSAGE}), "unknown-task"),
        (a_task(None, arguments=[MESSAGE]), "not-an-object"),
        (a_task({}, arguments=[KEY]), "not-an-object"),
        (enveloped(MESSAGE, headers={"task": "careroute.intake"}), "not-an-object"),
        (enveloped(a_message(body="x" * LARGEST_BYTES)), "too-large"),
        (enveloped(zlib.compress(b" " * 10 * LARGEST_BYTES), headers={"compression": "zlib"}), "too-large"),
    ],
)
def test_what_can_not_be_read_is_told_and_kept_without_its_key(raw: bytes, reason: str) -> None:
    arrived = read(raw)

    assert (arrived.unreadable, arrived.value) == (reason, None)
    assert KEY.encode() not in arrived.body
    assert b"careroute_" not in arrived.body.replace(b"\x00", b"")
    assert CANARY not in repr(arrived)


def test_what_can_not_be_read_is_kept_but_for_the_key() -> None:
    body = json.dumps(MESSAGE)[:-1].encode()

    assert read(enveloped(body)).body == body.replace(KEY.encode(), b"[key removed]")


def test_the_key_is_removed_wherever_else_it_stands() -> None:
    """A frontend may put it into a field of its own as well."""
    arrived = read(enveloped(a_message("not-of-our-form-0123456789", note="see not-of-our-form-0123456789", other=KEY)))

    assert b"not-of-our-form" not in arrived.body
    assert b"careroute_" not in arrived.body


def test_the_same_bytes_have_the_same_digest_and_others_have_another() -> None:
    assert read(enveloped(MESSAGE)).digest == read(enveloped(MESSAGE)).digest
    assert read(enveloped(MESSAGE)).digest != read(enveloped(MESSAGE, tag="another")).digest


def test_what_is_compressed_in_an_unknown_way_is_not_kept() -> None:
    """A key could be inside, and nobody would see it."""
    assert read(enveloped(b"opaque", headers={"compression": "application/zstd"})).body == b""
    assert read(gzip.compress(KEY.encode())).body == b""


@pytest.mark.parametrize(
    "value",
    [
        {"__type__": "uuid", "__value__": {"hex": "no"}},
        {"__type__": "uuid", "__value__": {"unknown": "0" * 32}},
        {"__type__": "base64", "__value__": "gA=="},
        {"__type__": "base64", "__value__": "no base64!"},
        {"__type__": "bytes", "__value__": ["a"]},
        {"__type__": "other", "__value__": "x"},
        {"__type__": ["uuid"], "__value__": "x"},
        {"__type__": "uuid", "__value__": "x", "more": 1},
    ],
)
def test_what_is_none_of_kombus_types_stays_as_it_is(value: object) -> None:
    arrived = read(enveloped(a_message(patient=value)))

    assert arrived.value is not None
    assert arrived.value["patient"] == value


def test_a_key_that_came_as_bytes_is_used_and_not_kept() -> None:
    arrived = read(enveloped(a_message(key={"__type__": "bytes", "__value__": KEY})))

    assert arrived.value is not None
    assert arrived.value["key"] == KEY
    assert KEY.encode() not in arrived.body
