"""Drafts of replies."""

from uuid import UUID

from pydantic import Field

from adapters.http.view import UtcTime, View


class DraftSavedView(View):
    """That a draft was saved."""

    delivery: UUID = Field(description="The delivery's id.")
    saved_at: UtcTime | None = Field(description="When it was saved; null: the draft no longer exists.")


class OtherTextView(View):
    """What the same person wrote on another page of the inbox, which the page of the draft has never shown."""

    body: str = Field(description="The text.")
    saved_at: UtcTime = Field(description="When it was saved.")


class DraftView(View):
    """A reply that is being written."""

    delivery: UUID = Field(description="The delivery's id.")
    body: str = Field(description="The text so far.")
    saved_at: UtcTime = Field(description="When it was saved.")
    other: OtherTextView | None = Field(description="What else this person began to write; null: nothing.")
