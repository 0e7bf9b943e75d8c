"""References between resources."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.fhir.datatypes import Identifier, Reference
from adapters.fhir.references import ById, ByIdentifier, Index, Match, Miss, Why, pointers
from tests.samples import fhir

IDS = st.text(string.ascii_letters + string.digits + "-.", min_size=1, max_size=64)
VALUES = st.text(string.ascii_letters + string.digits + "-._:/", min_size=1)
BASES = st.sampled_from(["", "https://ehr.example/fhir/", "http://localhost:8080/Base/R4/"])
PRACTITIONER = ["Practitioner"]


def reference(element: fhir.Json) -> Reference:
    """A reference as it stands in an export."""
    return Reference.model_validate(element)


def indexed(*holders: tuple[str, str, Identifier]) -> Index:
    """An index of resources by type, id and the identifier that they hold."""
    index = Index()
    for kind, resource, held in holders:
        index.add(kind, resource, [held])
    return index


@given(IDS, VALUES, BASES, IDS)
def test_all_styles_find_the_same_resource(resource: str, value: str, base: str, version: str) -> None:
    """Whichever way a resource is named, it is the same one, among others of its and of other types."""
    index = indexed(
        ("Practitioner", resource, Identifier(system=fhir.PEOPLE, value=value)),
        ("Practitioner", f"{resource}-2", Identifier(system=fhir.PEOPLE, value=f"{value}-2")),
        ("Practitioner", f"{resource}-3", Identifier(system="https://other.example", value=value)),
        ("Patient", f"{resource}-4", Identifier(system=fhir.PEOPLE, value=value)),
    )
    styles = [
        fhir.literal("Practitioner", resource),
        {"reference": f"{base}Practitioner/{resource}"},
        {"reference": f"{base}Practitioner/{resource}/_history/{version}"},
        fhir.conditional("Practitioner", value),
        {"reference": f"{base}Practitioner?identifier={fhir.PEOPLE}%7C{value}"},
        fhir.logical(value),
        fhir.logical(value) | {"type": "Practitioner"},
        fhir.urn(resource),
    ]

    found = {index.find(reference(style), ["Practitioner", "Patient"]) for style in styles}

    assert found == {Match("Practitioner", resource)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Practitioner/7", [ById("Practitioner", "7")]),
        ("Practitioner?identifier=a|b", [ByIdentifier("Practitioner", "a", "b")]),
        ("Practitioner?identifier=|b", [ByIdentifier("Practitioner", "", "b")]),
        ("Practitioner?identifier=b", [ByIdentifier("Practitioner", None, "b")]),
        ("urn:uuid:AB-1", [ById(None, "AB-1"), ById(None, "ab-1")]),
        ("Practitioner?identifier=a|", []),
        ("Practitioner?name=b", []),
        ("Practitioner?identifier=a|b&active=true", []),
        ("?identifier=a|b", []),
        ("#contained", []),
        ("Practitioner", []),
        ("practitioner/7", []),
        ("Somebody Of That Name", []),
    ],
)
def test_references_are_read_by_their_form(text: str, expected: list[ById | ByIdentifier]) -> None:
    """A reference that can't be followed names nothing."""
    assert list(pointers(reference({"reference": text}))) == expected


def test_an_identifier_without_system_fits_any_system_unless_it_says_none() -> None:
    """`identifier=VALUE` asks for the value alone, `identifier=|VALUE` for one that no system gave."""
    index = indexed(("Practitioner", "1", Identifier(system="a", value="v")))

    assert index.find(reference({"reference": "Practitioner?identifier=v"}), PRACTITIONER) == Match("Practitioner", "1")
    assert index.find(reference({"identifier": {"value": "v"}}), PRACTITIONER) == Match("Practitioner", "1")
    missed = index.find(reference({"reference": "Practitioner?identifier=|v"}), PRACTITIONER)
    assert missed == Miss(Why.ABSENT, "Practitioner")


@pytest.mark.parametrize("style", [fhir.conditional("Practitioner", "v"), fhir.logical("v")])
def test_an_identifier_that_two_hold_is_ambiguous(style: fhir.Json) -> None:
    """Nobody is chosen by chance."""
    held = Identifier(system=fhir.PEOPLE, value="v")
    index = indexed(("Practitioner", "1", held), ("Practitioner", "2", held))

    assert index.find(reference(style), PRACTITIONER) == Miss(Why.AMBIGUOUS, "Practitioner")


def test_the_identifier_helps_where_the_literal_leads_nowhere() -> None:
    """A reference that is both literal and logical is tried both ways, the literal one first."""
    index = indexed(("Practitioner", "1", Identifier(system=fhir.PEOPLE, value="v")))
    both = fhir.literal("Practitioner", "elsewhere") | fhir.logical("v")

    assert index.find(reference(both), PRACTITIONER) == Match("Practitioner", "1")


def test_a_uuid_may_be_written_in_capitals() -> None:
    """The digits of a UUID mean the same in either case."""
    index = indexed(("Practitioner", "ab-1", Identifier()))

    assert index.find(reference(fhir.urn("AB-1")), PRACTITIONER) == Match("Practitioner", "ab-1")


def test_resources_outside_the_export_still_have_a_key() -> None:
    """Two references to one resource share a key by identifier or id, also where the export leaves it out."""
    index = Index()

    conditional = index.key(reference(fhir.conditional("Organization", "v")), "Organization")
    logical = index.key(reference(fhir.logical("v")), "Organization")
    unreadable = index.key(reference({"reference": "#o"}), "Organization")

    assert conditional == logical == ByIdentifier("Organization", fhir.PEOPLE, "v")
    assert index.key(reference(fhir.literal("Organization", "1")), "Organization") == ById("Organization", "1")
    assert unreadable == Miss(Why.UNREADABLE)
