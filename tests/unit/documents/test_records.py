"""Records of a document are read one after the other, and are those that JSON has."""

import json
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.records import Part, parts_of, parts_of_json
from adapters.documents.roster import parse_roster_json
from router.errors import Invalid

LISTS = ("sites", "patients")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
DOCUMENTS = VALUES | st.dictionaries(st.sampled_from([*LISTS, "other", ""]), VALUES)


@given(DOCUMENTS, st.sampled_from([None, 0, 2]), st.booleans())
def test_the_parts_of_a_text_are_those_of_its_value(document: object, indent: int | None, escaped: bool) -> None:  # noqa: FBT001
    text = json.dumps(document, indent=indent, ensure_ascii=escaped)

    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    if isinstance(document, dict):
        assert list(parts_of_json(data, LISTS)) == list(parts_of(document, LISTS))
        return
    for parts in (parts_of_json(data, LISTS), parts_of(document, LISTS)):
        with pytest.raises(Invalid) as refused:
            list(parts)
        assert [(error.field, error.message) for error in refused.value.errors] == [("", "must be an object")]


def test_a_record_is_there_before_the_next_one_is_read() -> None:
    """All of a document was in memory as objects: many times its text."""
    parts = parts_of_json(b'\xef\xbb\xbf {"patients": [ {"id": 1}, {"id": 2} } and nothing that is JSON', LISTS)

    assert list(islice(parts, 3)) == [
        Part("patients", None, []),
        Part("patients", 0, {"id": 1}),
        Part("patients", 1, {"id": 2}),
    ]
    with pytest.raises(Invalid, match="not JSON"):
        next(parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        '{"patients"',
        '{"patients" 1}',
        '{"patients": [}',
        '{"patients": [1,]}',
        '{"patients": [1 2]}',
        '{"patients": [1]',
        '{"patients": [1],}',
        '{"patients": [1]} {}',
        "{1: []}",
        "{patients: []}",
        '{"patients": [NaN]}',
        '{"patients": [' + "[" * 100_000,
        "[] []",
    ],
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="not JSON"):
        list(parts_of_json(text.encode(), LISTS))
    with pytest.raises(Invalid, match="not JSON"):
        list(parts_of_json(b'{"patients": ["\xff"]}', LISTS))


def test_two_lists_of_one_name_are_refused() -> None:
    """Whichever were taken, the records of the other one would be lost in silence."""
    first = '"sites": [{"id": 1}], "staff": [{}], "patients": [{"id": "p", "name": "P"}, {"id": 3}]'
    last = '"sites": [], "staff": [], "patients": [{"id": "q", "name": "Q", "replaced_by": null}]'

    with pytest.raises(Invalid) as refused:
        parse_roster_json(f"{{{first}, {last}}}".encode())

    assert [(error.field, error.message) for error in refused.value.errors] == [("sites", "occurs more than once")]
