"""Single patients."""

from datetime import date

from pydantic import Field

from adapters.http.view import NextCursor, View
from router.practice.people import Patient


class FoundPatientView(View):
    """A patient who was found."""

    id: str = Field(description="The patient's id.")
    name: str = Field(description="The patient's name.")
    birth_date: date | None = Field(description="The patient's date of birth; null: it is not known.")
    record_number: str | None = Field(description="The number of the patient's chart; null: there is none.")
    home_site: str | None = Field(description="The id of the site that the patient usually attends; null: none.")
    active: bool = Field(description="Whether the chart is in use.")


class PatientWritingView(View):
    """Whether a patient can write."""

    id: str = Field(description="The patient's id.")
    may_write: bool = Field(description="Whether the practice allows them to write.")
    reason: str | None = Field(description="Why they can't write, for staff only; null if they can.")
    words: str | None = Field(description="What the patient sees instead of the form; null if they can write.")

    @classmethod
    def of(cls, patient: Patient) -> "PatientWritingView":
        """Show one patient."""
        stop = patient.stop
        reason, words = (stop.reason, stop.words) if stop else (None, None)
        return cls(id=patient.id, may_write=stop is None, reason=reason, words=words)


class FoundPatientsView(View):
    """A page of patients, by name."""

    items: list[FoundPatientView] = Field(description="The patients of this page.")
    is_indexing: bool = Field(description="Whether some patients can't be found yet. Repeat the search.")
    next: NextCursor
