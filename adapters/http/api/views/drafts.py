"""Drafts of replies."""

from uuid import UUID

from pydantic import Field

from adapters.http.view import UtcTime, View


class DraftSavedView(View):
    """That a draft was saved."""

    delivery: UUID = Field(description="The delivery's id.")
    saved_at: UtcTime | None = Field(description="When it was saved; null: the draft no longer exists.")


class DraftView(View):
    """A reply that is being written."""

    delivery: UUID = Field(description="The delivery's id.")
    body: str = Field(description="The text so far.")
    saved_at: UtcTime = Field(description="When it was saved.")
