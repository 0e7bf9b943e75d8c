"""The name under which somebody appears, and words for roles."""

import json
from typing import Any

import pytest

from adapters.fhir import names
from adapters.fhir.datatypes import CodeableConcept, HumanName
from tests.samples.fhir import NOW


def chosen(*written: dict[str, Any]) -> str | None:
    """Choose among names as they stand in an export."""
    return names.choose([HumanName.model_validate_json(json.dumps(name)) for name in written], NOW)


def test_parts_are_put_in_order() -> None:
    """A name reads prefix, given names, family name, suffix."""
    name = {"family": "O'Neil", "given": ["José", "Randy380"], "prefix": ["Dr."], "suffix": ["MD", "PhD"]}

    assert chosen(name) == "Dr. José Randy380 O'Neil MD PhD"


@pytest.mark.parametrize("preferred", [{"use": "official"}, {"use": "usual"}, {}])
def test_the_official_name_comes_first(preferred: dict[str, Any]) -> None:
    """An official, usual or plain name is preferred to a maiden name, wherever it stands."""
    assert chosen({"use": "maiden", "family": "Before"}, {**preferred, "family": "Now"}) == "Now"


def test_an_official_name_that_has_ended_gives_way() -> None:
    """A name in use is preferred to an official one that isn't any more."""
    ended = {"use": "official", "family": "Before", "period": {"end": "2020"}}

    assert chosen(ended, {"use": "nickname", "family": "Now"}) == "Now"
    assert chosen(ended) == "Before"


def test_text_comes_before_parts() -> None:
    """The text is the whole name as it is written where it is used; parts only stand in for one."""
    assert chosen({"text": "  Sister\n Agnes "}) == "Sister Agnes"
    assert chosen({"text": "Sample Ada", "family": "Sample", "given": ["Ada"]}) == "Sample Ada"
    assert chosen({"text": " \u0007", "family": "Sample"}) == "Sample"


def test_a_name_without_anything_in_it_is_passed_over() -> None:
    """An empty official name doesn't hide a name that can be read, and missing parts are left out."""
    assert chosen({"use": "official"}, {"use": "old", "given": [None, "Ada"]}) == "Ada"
    assert chosen({"use": "official", "family": "  "}) is None


def test_words_are_the_first_that_can_be_shown() -> None:
    """Text comes before display; an empty or over-long one is passed over."""
    concepts = [
        {"text": " ", "coding": [{"code": "1"}]},
        {"text": "x" * 201, "coding": [{"display": "Nurse"}]},
        {"text": "Later"},
    ]

    assert names.words(CodeableConcept.model_validate_json(json.dumps(concept)) for concept in concepts) == "Nurse"
    assert names.words([]) is None
