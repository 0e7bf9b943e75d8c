"""Documents that have a key twice: none of its values is taken in silence."""

import tracemalloc
from collections.abc import Callable

import pytest

from adapters.documents.document import load
from adapters.documents.messages import parse_batch_json, parse_message_json
from adapters.documents.messaging import parse_messaging_json
from adapters.documents.problems import MOST_ERRORS
from adapters.documents.records import parts_of_json
from adapters.documents.repeated_keys import RepeatedKey
from adapters.documents.roster import parse_roster_json
from adapters.documents.roster_file import read_roster_json
from adapters.documents.staff import parse_staff_change_json
from router.errors import Invalid
from router.practice.doubts import RecordKind
from router.practice.import_report import Level
from router.practice.people import Roster
from router.practice.roster import Mode
from tests.builders import NORTH, a_patient, a_staff
from tests.samples.rosters import bring

MESSAGE = '"patient": "pat", "topic": "billing", "subject": "s", "body": "b"'
TWICE = "occurs more than once"
PRACTICE = Roster({"north": NORTH}, {"ann": a_staff("ann")}, {"pat": a_patient("pat", record_number="M-1")})


@pytest.mark.parametrize(
    ("parse", "text", "path"),
    [
        (lambda data: parse_message_json(data, "k"), f'{{{MESSAGE}, "body": "c"}}', "body"),
        (lambda data: parse_message_json(data, "k"), f'{{{MESSAGE}, "body": "b"}}', "body"),
        (parse_batch_json, f'{{"items": [{{{MESSAGE}}}, {{{MESSAGE}, "patient": "sam"}}]}}', "items.1.patient"),
        (parse_staff_change_json, '{"active": true, "active": false}', "active"),
        (
            parse_messaging_json,
            '{"practice": {"topics": {"medical": {"enabled": 1, "enabled": 2}}}}',
            "practice.topics.medical.enabled",
        ),
        (parse_roster_json, '{"sites": [], "sites": [{"id": "n", "name": "N"}]}', "sites"),
        (parse_roster_json, '{"staff": [{"id": "a", "name": "A", "active": true, "active": false}]}', "staff.0.active"),
        (
            parse_roster_json,
            '{"patients": [{"id": "a", "name": "A"}, {"care_team": [{"staff": "ann", "staff": "ben"}]}]}',
            "patients.1.care_team.0.staff",
        ),
    ],
)
def test_the_field_is_named(parse: Callable[[bytes], object], text: str, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text.encode())

    assert (path, TWICE) in [(one.field, one.message) for one in refused.value.errors]


def test_a_key_that_no_programmer_chose_is_not_repeated() -> None:
    """It may be somebody's name."""
    with pytest.raises(Invalid) as refused:
        parse_staff_change_json('{"Zoë Doe": {"x": 1, "x": 2}, "Kim Lee": 1, "Kim Lee": 2}'.encode())

    assert {(one.field, one.message) for one in refused.value.errors} == {
        ("", "has a field that occurs more than once")
    }


def test_a_record_comes_with_what_is_repeated_in_it() -> None:
    data = b'{"patients": [{"a": 1}, {"a": 1, "a": [{"c": 1, "c": 1}, {"d": 1, "d": 2}]}]}'

    parts = list(parts_of_json(data, ["patients"]))

    assert [part.repeated for part in parts] == [
        (),
        (),
        (
            RepeatedKey(("a",), is_same=False),
            RepeatedKey(("a", 0, "c"), is_same=True),
            RepeatedKey(("a", 1, "d"), is_same=False),
        ),
    ]


def imported(record: str, mode: Mode = Mode.MERGE) -> tuple[Roster, list[tuple[str, str, Level]]]:
    """The practice after an import of one chart, and what was found in it."""
    data = f'{{"patients": [{{"id": "pat", "name": "Pat Roe", {record}}}]}}'.encode()
    document, findings = read_roster_json(data, "roster.json", is_strict=False)
    return bring(PRACTICE, document, mode)[0], [(one.field, one.reason, one.level) for one in findings]


@pytest.mark.parametrize("mode", Mode)
def test_an_import_keeps_the_field_and_takes_the_rest(mode: Mode) -> None:
    after, findings = imported('"record_number": "M-2", "record_number": "M-3", "home_site": "north"', mode)

    assert (after.patients["pat"].name, after.patients["pat"].record_number) == ("Pat Roe", "M-1")
    assert findings == [("patients.0.record_number", TWICE, Level.ATTENTION)]


@pytest.mark.parametrize(
    "record",
    ['"active": true, "active": false', '"name": "Pat Poe"', '"authorized_users": [], "authorized_users": [{}]'],
)
@pytest.mark.parametrize("mode", Mode)
def test_an_import_leaves_a_record_that_says_two_things_about_access(record: str, mode: Mode) -> None:
    after, findings = imported(record, mode)

    assert after.patients["pat"] == PRACTICE.patients["pat"]
    assert TWICE in [reason for _, reason, _ in findings]


def test_of_a_record_with_two_ids_nobody_is_absent() -> None:
    data = b'{"patients": [{"id": "pat", "id": "sam", "name": "Pat Roe"}]}'

    document, _ = read_roster_json(data, "roster.json", is_strict=False)

    assert document.doubts is not None
    assert document.doubts.anybody == {RecordKind.PATIENTS}
    assert document.patients == ()


def test_what_is_said_twice_alike_is_taken_and_reported() -> None:
    after, findings = imported('"record_number": "M-2", "record_number": "M-2", "home_site": "north"')

    assert after.patients["pat"].record_number == "M-2"
    assert findings == [("patients.0.record_number", TWICE, Level.REPAIRED)]


def test_a_file_with_a_list_twice_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read_roster_json(b'{"patients": [], "staff": [], "patients": []}', "roster.json", is_strict=False)

    assert [(one.field, one.message) for one in refused.value.errors] == [("patients", TWICE)]


def test_what_stands_deep_within_takes_no_more_memory_than_what_does_not() -> None:
    """For each value a whole path was made: gigabytes for a request of a quarter of a megabyte."""
    depth, width = 300, 20_000
    values = ",".join("0" * width)
    data = f'{"[" * depth}{values},{{"a": 1, "a": 2}}{"]" * depth}'.encode()
    tracemalloc.start()

    with pytest.raises(Invalid) as refused:
        load(data)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [error.message for error in refused.value.errors] == [TWICE]
    assert refused.value.errors[0].field == ".".join(["0"] * (depth - 1) + [str(width), "a"])
    assert peak < 400 * width


def test_no_more_errors_are_made_than_are_told() -> None:
    with pytest.raises(Invalid) as refused:
        load(("[" + ",".join(['{"a": 1, "a": 2}'] * 500) + "]").encode())

    assert len(refused.value.errors) == MOST_ERRORS
