"""Finding patients by name."""

import pytest

from router.actors import COMMAND
from router.audit import Action
from router.errors import Invalid
from tests.builders import a_patient
from tests.house import PRACTICE, House
from tests.integration.flows.administrator.audit import audit_of

EVERYBODY = slice(0, 50)


def test_patients_are_found_by_parts_of_name_number_and_id(house: House) -> None:
    house.furnish(
        patients=(
            a_patient("p1", name="Zoë Łukasz", record_number="MRN-17"),
            a_patient("p2", name="Adam Lukas", record_number="MRN-18"),
        )
    )
    house.furnish(practice="elsewhere", patients=(a_patient("p3", name="Lukas Elsewhere"),))

    def ids(sought: str) -> list[str]:
        return [one.id for one in house.patients.search(PRACTICE, sought, EVERYBODY, COMMAND).patients]

    assert ids("lukas") == ["p2", "p1"]
    assert ids("LUKASZ, zoe") == ["p1"]
    assert ids("mrn-18") == ["p2"]
    assert ids("p1") == ["p1"]
    assert ids("nobody") == []


def test_a_look_is_on_record_by_ids_alone(house: House) -> None:
    house.furnish()

    house.patients.search(PRACTICE, "doe", slice(0, 1), COMMAND)

    row = audit_of(house, Action.PATIENTS_SEARCHED)[-1]
    assert row.details == {"patients": ["pat"]}
    assert "doe" not in str(row).lower()


def test_pages_and_words_that_are_too_short(house: House) -> None:
    house.furnish()

    assert house.patients.search(PRACTICE, "doe", slice(0, 1), COMMAND).more
    assert not house.patients.search(PRACTICE, "doe", slice(1, 2), COMMAND).more
    for sought in ("", "a", "x" * 201, "a\x07b"):
        with pytest.raises(Invalid) as refused:
            house.patients.search(PRACTICE, sought, EVERYBODY, COMMAND)
        assert refused.value.errors[0].field == "text"
