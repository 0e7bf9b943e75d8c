"""The email address of a person."""

import json

import pytest

from adapters.fhir import addresses
from adapters.fhir.datatypes import ContactPoint
from router.practice.email_addresses import NEEDS_SMTPUTF8, NO_SUCH_DOMAIN, PLACEHOLDER, UNSEEN_DROPPED, WITHOUT_DOT
from router.practice.import_report import Level
from tests.samples import fhir
from tests.unit.fhir.conftest import Read


def chosen(*points: fhir.Json, use: str = "work") -> addresses.Choice:
    """Choose among addresses as they stand in an export."""
    return addresses.choose([ContactPoint.model_validate_json(json.dumps(point)) for point in points], use, fhir.NOW)


def test_the_preferred_use_comes_before_rank() -> None:
    """A work address is taken before a better ranked private one, then the lowest rank."""
    points = [
        fhir.email("a@home.example", use="home", rank=1),
        fhir.email("b@work.example", use="work"),
        fhir.email("c@work.example", use="work", rank=2),
        fhir.email("d@work.example", use="work", rank=1),
    ]

    assert chosen(*points).email == "d@work.example"
    assert chosen(*points, use="home").email == "a@home.example"


def test_direct_addresses_count_as_email() -> None:
    """An address marked as Direct counts whatever its system, after an ordinary one of the same use and rank."""
    marked = fhir.direct("d@direct.example", use="work")

    assert chosen(marked | {"system": "other"}).email == "d@direct.example"
    assert chosen(marked, fhir.email("e@work.example", use="work")).email == "e@work.example"


@pytest.mark.parametrize(
    "point",
    [
        {"system": "phone", "value": "555-0100"},
        {"system": "email"},
        fhir.email("a@x.example", use="old"),
        fhir.email("a@x.example", period={"end": "2020-01-01"}),
    ],
)
def test_what_is_no_current_email_is_not_looked_at(point: fhir.Json) -> None:
    """Telephone numbers, empty values and addresses of the past give none, and nothing to report."""
    assert chosen(point) == addresses.Choice(None, passed_over=False)


@pytest.mark.parametrize("value", ["nobody", "@x.example", "a@", "a b@x.example", "a@b@x.example", "a\u000a@x.example"])
def test_an_address_that_is_none_is_passed_over(value: str) -> None:
    """A value that is no address gives way to the next one, and that is told."""
    assert chosen(fhir.email(value, rank=1)) == addresses.Choice(None, passed_over=True)
    assert chosen(fhir.email(value, rank=1), fhir.email("a@x.example")).email == "a@x.example"


def test_accents_and_apostrophes_belong_to_an_address() -> None:
    """Addresses are the export's own; only a `mailto:` before one is taken off."""
    assert chosen(fhir.email("mailto:Joaquín.D'Amore@x.example")).email == "Joaquín.D'Amore@x.example"


@pytest.mark.parametrize(
    ("value", "email", "repairs"),
    [
        ("d2@clinic.example;", "d2@clinic.example", ()),
        ("d3@clinic.example.", "d3@clinic.example", ()),
        ("&lt;d4@clinic.example&gt;", "d4@clinic.example", ()),
        ("d\u200b5@clinic.example", "d5@clinic.example", (UNSEEN_DROPPED,)),
        ("d6@cl\u00ednic.example", "d6@cl\u00ednic.example", ()),
    ],
)
def test_an_address_is_cleaned(value: str, email: str, repairs: tuple[str, ...]) -> None:
    """What exports leave around an address goes; a domain beyond ASCII stays, as it can be sent to."""
    assert chosen(fhir.email(value)) == addresses.Choice(email, passed_over=False, repairs=repairs)


def test_what_was_put_right_in_an_address_is_reported(read: Read) -> None:
    """A letter that came out of another encoding is read as what it stands for: without it, it is another mailbox."""
    export = read(
        fhir.practitioner("d-1", telecom=[fhir.email("o\x92brien@clinic.example")]),
        fhir.patient("p-1", telecom=[fhir.email("\ufeffada@home.example")]),
    )

    assert export.roster["staff"][0]["email"] == "o\u2019brien@clinic.example"
    assert [(finding.source, finding.level) for finding in export.findings] == [
        ("d-1", Level.REPAIRED),
        ("d-1", Level.ATTENTION),
        ("p-1", Level.REPAIRED),
    ]


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        ("jos\u00e9@x.example", NEEDS_SMTPUTF8),
        ("none@none", PLACEHOLDER),
        ("test@test", WITHOUT_DOT),
        ("jo@clinic.invalid", NO_SUCH_DOMAIN),
    ],
)
def test_an_address_that_may_reach_nobody_is_kept_and_told(value: str, doubt: str) -> None:
    assert chosen(fhir.email(value)) == addresses.Choice(value, passed_over=False, doubt=doubt)


def test_an_address_that_may_reach_somebody_is_preferred() -> None:
    assert chosen(fhir.email("none@none.com"), fhir.email("jo@x.example")).email == "jo@x.example"
