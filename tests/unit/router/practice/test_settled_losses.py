"""What is said of those who lose their care team, or whose chart is merged away, by what a source doesn't have."""

from dataclasses import replace

from router.practice.doubts import Narrowing, RecordKind
from router.practice.roster import RosterDocument
from router.practice.settling import MERGED_AWAY, NARROWED, NOBODY_LEFT
from tests.builders import a_document, a_patient
from tests.unit.router.practice.test_settling import PAT, reasons, settled


def test_who_has_nobody_on_the_care_team_any_more_is_reported() -> None:
    """They lost it without a word; that of somebody inactive, or that the source can't have, is no loss."""
    nobody = a_document([], [replace(PAT, care_team=())])
    inactive = a_document([], [replace(PAT, care_team=(), active=False)])

    assert reasons(settled(nobody)) == [("pat", NOBODY_LEFT)]
    assert reasons(settled(nobody, is_strict=True)) == [("pat", NOBODY_LEFT)]
    assert reasons(settled(inactive)) == []
    assert reasons(settled(replace(nobody, keeps=("care_team",)))) == []
    assert reasons(settled(replace(nobody, unsaid={"pat": ("care_team",)}))) == []


def test_a_chart_that_the_source_does_not_have_is_merged_by_what_another_one_says() -> None:
    """The report doesn't call it a record that couldn't be read, as it does one that the source has."""
    narrowed = (Narrowing(RecordKind.PATIENTS, "pat", replaced_by="new"),)
    document = RosterDocument(patients=(a_patient("new"),))
    staying = {RecordKind.PATIENTS: frozenset({"pat"})}

    absent, unread = settled(document, narrowed=narrowed), settled(document, narrowed=narrowed, staying=staying)

    assert {patient.id: patient.replaced_by for patient in absent.document.patients} == {"new": None, "pat": "new"}
    assert reasons(absent) == [("pat", MERGED_AWAY)]
    assert reasons(unread) == [("pat", NARROWED)]
