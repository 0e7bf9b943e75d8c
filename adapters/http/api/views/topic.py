"""A conversation under another topic."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import Field

from adapters.http.api.views.people import PersonView
from adapters.http.view import UtcTime, View
from router.flows.staff.correction import Correction
from router.messages.topic_change import TopicChange
from router.practice.topics import Topic


class CorrectionView(View):
    """A conversation under its new topic."""

    id: UUID = Field(description="The delivery's id.")
    topic: Topic = Field(description="The topic.")
    to: str = Field(description="What the patient reads in To:.")
    readers: list[PersonView] = Field(description="Who gets it from now on, starting with this message.")
    messages: list[UUID] = Field(description="The ids of the messages that they get now, each as its own delivery.")

    @classmethod
    def of(cls, delivery: UUID, found: Correction) -> "CorrectionView":
        """Show one correction."""
        readers = [PersonView(id=staff, name=found.names[staff]) for staff in found.readers]
        return cls(id=delivery, topic=found.topic, to=found.to, readers=readers, messages=sorted(found.given))


class TopicChangeView(View):
    """The practice moved a conversation to another topic."""

    conversation: UUID = Field(description="The conversation's id.")
    at: UtcTime = Field(description="When it was moved.")
    topic_before: Topic = Field(alias="from", description="The previous topic.")
    topic_after: Topic = Field(alias="to", description="The new topic.")
    shown_as: str = Field(description="What the patient reads in To: after the move.")

    @classmethod
    def of(cls, change: TopicChange) -> "TopicChangeView":
        """Show one move; who of the staff made it is not said."""
        return cls(
            conversation=change.conversation,
            at=change.at,
            topic_before=change.before,
            topic_after=change.after,
            shown_as=change.to,
        )


class StaffTopicChangeView(TopicChangeView):
    """A change of topic as staff see it, including who made it and why."""

    by: PersonView | None = Field(description="Who moved it.")
    note: str | None = Field(description="A note for staff only; null: none.")

    @classmethod
    def of_staff(cls, change: TopicChange, names: Mapping[str, str]) -> "StaffTopicChangeView":
        """Show one move; `names` holds the names of staff by id."""
        shown = TopicChangeView.of(change)
        return cls.model_validate({**dict(shown), "by": PersonView.of(change.staff, names), "note": change.note})
