"""People of a practice."""

from router.practice.people import Patient


def test_patients_and_texts_stay_out_of_reprs() -> None:
    assert "Secret" not in repr(Patient("p", "Secret Name"))
