"""What the settings would have done with the messages of the last days: counts, no text and no patient."""

from pydantic import Field

from adapters.http.view import View
from router.flows.administrator.ladders import Outlook
from router.messaging.ladder import Do
from router.practice.topics import Topic


class ReplayedStepView(View):
    """One kind of ladder step."""

    do: Do = Field(description="What the step does.")
    messages: int = Field(description="How many messages it would have reached.")


class MovedMessagesView(View):
    """Messages that would have gone to different recipients."""

    site: str | None = Field(description="The id of their site; null: none.")
    topic: Topic = Field(description="Their topic.")
    before: list[str] = Field(description="The ids of the current recipients; empty: the patient chooses.")
    after: list[str] = Field(description="The ids of the recipients under the tried settings.")
    messages: int = Field(description="How many messages these are.")


class ReplayView(View):
    """What the settings would have done."""

    days: int = Field(description="The number of days covered.")
    messages: int = Field(description="How many messages are included.")
    is_all: bool = Field(description="Whether all messages of those days are included.")
    steps: list[ReplayedStepView] = Field(description="The steps of ladders that would have been carried out.")
    moved: list[MovedMessagesView] = Field(description="The messages that would have gone to other recipients.")
    would_begin: int = Field(
        description="How many messages waiting for an answer have a different ladder than under these settings."
    )
    would_begin_is_all: bool = Field(
        description="Whether `would_begin` counts all messages; otherwise the newest 2,000 without an answer."
    )

    @classmethod
    def of(cls, outlook: Outlook) -> "ReplayView":
        """Show what came of a replay."""
        reached = outlook.replay.reached
        return cls(
            days=outlook.days,
            messages=outlook.replay.messages,
            is_all=outlook.is_all,
            steps=[ReplayedStepView(do=do, messages=reached.get(do, 0)) for do in Do],
            moved=[
                MovedMessagesView(
                    site=one.site,
                    topic=one.topic,
                    before=list(one.before),
                    after=list(one.after),
                    messages=one.messages,
                )
                for one in outlook.moved
            ],
            would_begin=outlook.would_begin.messages,
            would_begin_is_all=outlook.would_begin.is_all,
        )
