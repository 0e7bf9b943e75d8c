"""What was found in an inbox."""

from pydantic import Field

from adapters.http.api.views.inbox import DeliveryView, PatientView
from adapters.http.cursors import after_position
from adapters.http.view import NextCursor, UtcTime, View
from router.flows.staff.inbox_search import FoundPage

LISTING = "search"


class FoundView(View):
    """A page of deliveries that fit, newest first."""

    items: list[DeliveryView] = Field(description="The deliveries of this page, in any state.")
    patients: list[PatientView] = Field(
        description="If the search named a patient: the patients of this inbox who match. All of them were searched."
    )
    looked_until: UtcTime | None = Field(
        description="How far back the search looked, if older messages may match; `next` continues there. "
        "null: these are all, or `next` continues with more matches."
    )
    is_indexing: bool = Field(description="Whether older messages can't be searched yet. Repeat the search later.")
    next: NextCursor

    @classmethod
    def of(cls, found: FoundPage) -> "FoundView":
        """Show one page."""
        patients = [
            PatientView(id=one.id, name=one.name, birth_date=one.birth_date, record_number=one.record_number)
            for one in found.patients
        ]
        return cls(
            items=[DeliveryView.of(item, found.names) for item in found.items],
            patients=patients,
            looked_until=found.looked_until[0] if found.looked_until else None,
            is_indexing=found.is_indexing,
            next=after_position(LISTING, found.next) if found.next else None,
        )
