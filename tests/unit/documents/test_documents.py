"""Documents become values of the router, or say which of their fields are wrong without repeating them."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.messages import parse_batch_json, parse_message_json
from adapters.documents.messaging import parse_messaging, parse_messaging_json, render_messaging
from adapters.documents.roster import parse_roster_json
from adapters.documents.staff import parse_absence_json, parse_acting_staff_json, parse_staff_change_json
from router.errors import Invalid
from router.messages.message import Draft
from router.messaging.settings import MessagingSettings, new_topic_set
from router.practice.people import Permission, Role
from router.practice.topics import Topic

CANARY = "canary-7f3a"
MESSAGE: dict[str, Any] = {"patient": "pat", "topic": "billing", "subject": "A bill", "body": "A question."}


def as_message(document: object) -> Draft:
    draft = parse_message_json(json.dumps(document).encode(), "key-1")
    assert isinstance(draft, Draft)
    return draft


def wrong_fields(read: Callable[[], object]) -> dict[str, str]:
    """The fields that reading names, with what it says of them."""
    with pytest.raises(Invalid) as refused:
        read()
    return {error.field: error.message for error in refused.value.errors}


def test_a_message_becomes_a_draft() -> None:
    """What is left out is what the patient would mean."""
    draft = as_message(MESSAGE)

    assert draft == Draft("key-1", "pat", Topic.BILLING, "A bill", "A question.")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"patient": None}, "patient", "must be text"),
        ({"patient": ""}, "patient", "must not be empty"),
        ({"patient": "p" * 129}, "patient", "must have at most 128 characters"),
        (
            {"patient": "p\x00"},
            "patient",
            "must not contain control characters or broken Unicode (U+0000 at character 2)",
        ),
        ({"topic": "x"}, "topic", "must be one of medical, appointment, medication, billing, other"),
        ({"topic": 1}, "topic", "must be one of medical, appointment, medication, billing, other"),
        ({"subject": 1}, "subject", "must be text"),
        ({"body": ["x"]}, "body", "must be text"),
        ({"private": 1}, "private", "must be true or false"),
        ({"subjekt": 1}, "subjekt", "is not a known field"),
        ({CANARY: 1}, "", "has a field that is not known"),
        ({"Pat Doe": 1}, "", "has a field that is not known"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], field: str, words: str) -> None:
    """Each wrong field is told by its path and what is wrong; a field that is not known by where it stands."""
    assert wrong_fields(lambda: as_message({**MESSAGE, **change})) == {field: words}


def test_a_missing_field_is_named() -> None:
    """All that is missing is told at once."""
    assert wrong_fields(lambda: as_message({"patient": "pat"})) == dict.fromkeys(
        ("topic", "subject", "body"), "is required"
    )


@pytest.mark.parametrize("field", ["patient", "sender", "site", "to", "subject", "body"])
def test_a_lone_surrogate_is_refused(field: str) -> None:
    """Half a character, which JSON can spell and nothing can store, is refused with its field."""
    raw = json.dumps({**MESSAGE, field: "ok\ud800"}).encode()

    assert wrong_fields(lambda: parse_message_json(raw, "k")) == {field: "must not contain broken Unicode"}


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"nothing", b"\xff\xfe", b"[" * 100_000, b"NaN", b'{"patient": Infinity}', b"9" * 5000]
)
def test_what_is_not_json_is_refused(raw: bytes) -> None:
    """Whatever is not JSON is told as that, about the document as a whole."""
    said = wrong_fields(lambda: parse_message_json(raw, "k"))

    assert list(said) == [""]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANY_JSON)
def test_no_document_breaks_reading(document: object) -> None:
    """Any JSON at all is read or refused, in every place where documents come in."""
    raw = json.dumps(document).encode()
    for read in (parse_batch_json, parse_messaging_json, parse_roster_json, parse_staff_change_json):
        try:
            read(raw)
        except Invalid as refused:
            json.dumps([error.field for error in refused.errors]).encode()


def test_a_wrong_item_does_not_sink_a_batch() -> None:
    """Each item of a batch is a draft or says what is wrong with it."""
    items = [{**MESSAGE, "idempotency_key": " key-1 "}, MESSAGE, {**MESSAGE, "idempotency_key": "a\x00"}, 3]

    read = parse_batch_json(json.dumps({"items": items}).encode())

    assert [type(one) for one in read] == [Draft, Invalid, Invalid, Invalid]
    assert isinstance(read[0], Draft)
    assert read[0].idempotency_key == "key-1"
    assert isinstance(read[1], Invalid)
    assert read[1].errors[0].field == "idempotency_key"


def test_a_batch_has_a_limit() -> None:
    """More than 500 items are too many."""
    raw = json.dumps({"items": [MESSAGE] * 501}).encode()

    assert wrong_fields(lambda: parse_batch_json(raw)) == {"items": "must have at most 500 items"}


def test_settings_come_back_as_they_were() -> None:
    """Rendering and reading are each other's inverse, but for the version."""
    sites = {"north": new_topic_set()}
    settings = MessagingSettings(messaging_enabled=True, catch_all=("ann",), sites=sites, daily_conversations=5)

    assert parse_messaging(render_messaging(settings)).over(MessagingSettings()) == settings


def test_an_answer_can_be_sent_back() -> None:
    """What an answer adds to the settings is ignored when it comes in."""
    document = {**render_messaging(MessagingSettings()), "version": 9, "changes": ["x"], "warnings": [{}]}

    assert parse_messaging(document).settings.version == 0


@pytest.mark.parametrize("said", [{}, {"sites": None}])
def test_a_document_that_says_nothing_of_sites_leaves_them_as_they_are(said: dict[str, object]) -> None:
    document = render_messaging(MessagingSettings())
    assert "sites" not in parse_messaging(document).absent.parts

    del document["sites"]

    assert "sites" in parse_messaging(document | said).absent.parts


def test_what_stands_around_a_display_name_is_trimmed() -> None:
    """A name is stored as it is measured."""
    document = render_messaging(MessagingSettings())
    document["practice"]["topics"]["other"]["display_name"] = "  Desk "

    assert parse_messaging(document).settings.practice[Topic.OTHER].display_name == "Desk"


@pytest.mark.parametrize("site", ["", "x\ud800", "x\ny", "s" * 129])
def test_a_site_that_is_no_id_is_not_repeated(site: str) -> None:
    """A key that can't be an id ends the path: it is somebody's text."""
    document = {**render_messaging(MessagingSettings()), "sites": {site: {"topics": 3}}}

    assert set(wrong_fields(lambda: parse_messaging(document))) == {"sites"}


def test_a_roster_becomes_people() -> None:
    """What is left out has its default: the home site alone, active, nobody in the care team."""
    patient = {
        "id": "pat",
        "name": " Pat Doe ",
        "birth_date": "1980-02-29",
        "home_site": "north",
        "authorized_users": [{"id": "au", "name": "Al", "permissions": ["messages:read"]}],
    }
    document = {"staff": [{"id": "ann", "name": "Ann"}, {"id": "ben", "name": "B", "roles": []}], "patients": [patient]}

    roster = parse_roster_json(json.dumps(document).encode())

    assert roster.staff[0].roles is None
    assert roster.staff[1].roles == frozenset()
    (read,) = roster.patients
    assert (read.name, read.birth_date, read.sites, read.active) == ("Pat Doe", date(1980, 2, 29), ("north",), True)
    assert read.authorized_users[0].permissions == {Permission.READ}


@pytest.mark.parametrize("text", ["1980-02-30", "19800229", "1980-W05-4", "315532800", "1980-02-29T00:00:00", ""])
def test_a_birth_date_is_a_date(text: str) -> None:
    """Other spellings are refused rather than guessed at."""
    raw = json.dumps({"patients": [{"id": "p", "name": "P", "birth_date": text}]}).encode()

    said = wrong_fields(lambda: parse_roster_json(raw))

    assert said == {"patients.0.birth_date": "must be a date such as 1980-02-29"}


def test_an_error_of_a_roster_says_whose_record_it_is() -> None:
    """The path has the index of the record, and the key its id, where it has one."""
    patients = [{"id": "p-1", "name": "P", "bith_date": "x"}, {"name": 1}]

    with pytest.raises(Invalid) as refused:
        parse_roster_json(json.dumps({"patients": patients}).encode())

    assert [(error.field, error.key) for error in refused.value.errors] == [
        ("patients.0.bith_date", "p-1"),
        ("patients.1.id", None),
        ("patients.1.name", None),
    ]


@pytest.mark.parametrize("seen", ["p\u200b-1", "\ufeffp-1", "p-1\u2060"])
def test_an_id_of_a_roster_has_no_character_that_nobody_sees(seen: str) -> None:
    document = {"staff": [{"id": seen, "name": "Kim"}], "patients": [{"id": "p", "name": "Pat", "home_site": seen}]}

    with pytest.raises(Invalid) as refused:
        parse_roster_json(json.dumps(document).encode())

    assert [error.field for error in refused.value.errors] == ["staff.0.id", "patients.0.home_site"]
    assert all(error.message.startswith("must not contain invisible") for error in refused.value.errors)


def test_an_error_of_a_batch_says_which_key() -> None:
    """The errors of an item have its idempotency key, where it is one."""
    items = [{**MESSAGE, "idempotency_key": "night-1", "topik": 1}, {"idempotency_key": "\x00"}]

    read = parse_batch_json(json.dumps({"items": items}).encode())

    assert [{error.key for error in one.errors} for one in read if isinstance(one, Invalid)] == [{"night-1"}, {None}]


def test_many_errors_are_cut_short() -> None:
    """A document that is wrong throughout is answered with what somebody can read."""
    raw = json.dumps({"patients": [{}] * 5000}).encode()

    assert len(wrong_fields(lambda: parse_roster_json(raw))) == 100


def test_a_change_names_its_fields_only() -> None:
    """What is left out of a change stays as it is; null takes an address away."""
    change = parse_staff_change_json(b'{"email": null, "active": false, "roles": ["portal_admin"]}')

    assert change == {"email": None, "active": False, "roles": frozenset({Role.PORTAL_ADMIN})}


def test_an_absence_is_read_in_utc() -> None:
    """Times come with their offset."""
    raw = b'{"from": "2026-03-02T12:00:00+02:00", "until": "2026-03-03t12:00:00.5z", "cover": "ben"}'

    absence = parse_absence_json(raw, "ann")

    assert absence.begins == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert absence.ends == datetime(2026, 3, 3, 12, 0, 0, 500_000, tzinfo=UTC)
    assert (absence.staff, absence.cover) == ("ann", "ben")


@pytest.mark.parametrize(
    "text", ["2026-03-02T12:00:00", "2026-03-02", "1772452800", "2026-02-30T12:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_time_without_an_offset_is_refused(text: str) -> None:
    """A time that could be another one elsewhere is not guessed at."""
    raw = json.dumps({"from": text, "until": "2026-03-03T12:00:00Z"}).encode()

    assert set(wrong_fields(lambda: parse_absence_json(raw, "ann"))) == {"from"}


def test_no_error_repeats_what_came_in() -> None:
    """Neither values nor unknown names of fields are echoed."""
    documents = [{CANARY: CANARY}, {"staff": CANARY + "\x00"}, [CANARY], CANARY]

    for document in documents:
        with pytest.raises(Invalid) as refused:
            parse_acting_staff_json(json.dumps(document).encode())
        assert CANARY not in repr((refused.value.detail, refused.value.errors))
