"""What is overdue: ids, topic, site and holders; no patient, no text."""

from uuid import UUID

from pydantic import Field

from adapters.http.api.views.people import PersonView
from adapters.http.view import UtcTime, View
from router.flows.administrator.overdue import OverdueList
from router.practice.topics import Topic


class OverdueView(View):
    """A message that has been waiting too long."""

    message: UUID = Field(description="The message's id.")
    topic: Topic = Field(description="Its topic.")
    site: str | None = Field(description="The id of its site; null: none.")
    accepted_at: UtcTime = Field(description="When it was accepted.")
    answer_by: UtcTime | None = Field(description="When the patient was told to expect an answer; null: never told.")
    alerted_at: UtcTime | None = Field(description="When its ladder alerted the administrators; null: it has not.")
    owner: str | None = Field(description="The id of the person who owns its conversation; null: nobody.")
    holders: list[PersonView] = Field(description="Who has it in their inbox.")


class OverduePageView(View):
    """Overdue messages. Those for which a ladder alerted the administrators come first."""

    items: list[OverdueView] = Field(description="The messages.")
    more: bool = Field(description="Whether there are more than these.")

    @classmethod
    def of(cls, overdue: OverdueList) -> "OverduePageView":
        """Show the list."""
        items = [
            OverdueView(
                message=one.message,
                topic=one.topic,
                site=one.site,
                accepted_at=one.accepted_at,
                answer_by=one.answer_by,
                alerted_at=one.alerted_at,
                owner=one.owner,
                holders=[PersonView(id=staff, name=overdue.name_of(staff)) for staff in one.holders],
            )
            for one in overdue.items
        ]
        return cls(items=items, more=overdue.more)


class OverdueHandedOverView(View):
    """Who has the message now."""

    message: UUID = Field(description="The message's id.")
    holders: list[str] = Field(description="The ids of the staff who have it now.")
