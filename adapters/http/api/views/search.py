"""What was found in an inbox."""

from uuid import UUID

from pydantic import Field

from adapters.http.api.views.inbox import DeliveryView, PatientView
from adapters.http.cursors import after_position
from adapters.http.view import NextCursor, UtcTime, View
from router.flows.staff.inbox_search import FoundPage
from router.messages.passages import passage

LISTING = "search"


class FoundReplyView(View):
    """A reply by which a delivery was found."""

    delivery: UUID = Field(description="The delivery that was found by it.")
    id: UUID = Field(description="The reply's entry in the conversation.")
    author: str = Field(description="The id of the member of staff who wrote it.")
    name: str = Field(description="Their name.")
    at: UtcTime = Field(description="When it was written.")
    passage: str = Field(description="The part of it in which the words stand.")


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
    replies: list[FoundReplyView] = Field(
        description="The replies of staff by which deliveries of this page were found whose own message lacks some of "
        "the words."
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
            replies=[
                FoundReplyView(
                    delivery=delivery,
                    id=one.reply,
                    author=one.author,
                    name=found.names.get(one.author, one.author),
                    at=one.at,
                    passage=passage(one.body, found.words),
                )
                for delivery, one in found.replies.items()
            ],
            is_indexing=found.is_indexing,
            next=after_position(LISTING, found.next) if found.next else None,
        )
