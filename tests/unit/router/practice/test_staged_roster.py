"""A document that is taken apart into its records, and put together again."""

from dataclasses import replace

from router.practice.doubts import Doubts
from router.practice.staged_roster import shared_doubts, staged, together
from tests.builders import NORTH, a_document, a_patient, a_staff


def test_fields_in_doubt_stay_with_their_records() -> None:
    doubts = Doubts(
        site_fields={"north": ("hidden",)}, staff_fields={"ann": ("email",)}, patient_fields={"pat": ("name",)}
    )
    document = replace(a_document([a_staff("ann")], [a_patient("pat")]), sites=(NORTH,), doubts=doubts)

    again = together(staged(document), shared_doubts(document))

    assert again.doubts is not None
    assert again.doubts.site_fields == doubts.site_fields
    assert again.doubts.staff_fields == doubts.staff_fields
    assert again.doubts.patient_fields == doubts.patient_fields
