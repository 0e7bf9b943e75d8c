"""Messages that are put off."""

from uuid import UUID

from pydantic import Field

from adapters.http.view import UtcTime, View


class SnoozedView(View):
    """Until when a delivery is snoozed."""

    id: UUID = Field(description="The delivery's id.")
    snoozed_until: UtcTime | None = Field(description="When it comes back; null if it isn't snoozed.")
