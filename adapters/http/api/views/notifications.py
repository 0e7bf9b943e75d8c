"""Emails as a trace shows them: every attempt to send one, and what the mail server answered."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import Field

from adapters.http.view import UtcTime, View
from router.messages.trace import TracedNotice, TracedNotification


class NumberView(View):
    """A numbered item."""

    number: int = Field(description="Its number, from 1.")


class AttemptView(NumberView):
    """One attempt to send an email."""

    at: UtcTime = Field(description="When it was made.")
    outcome: str = Field(description="How it ended.")
    code: int | None = Field(description="The SMTP reply code; null: the server gave none.")
    answer: str = Field(description="The mail server's reply.")


class NotificationView(View):
    """The email about a delivery."""

    id: UUID = Field(description="The notification's id.")
    state: str = Field(description="`due`, `leased`, `sent`, `parked` or `suppressed`.")
    reason: str | None = Field(description="Why it is parked or suppressed; otherwise null.")
    carrier: UUID | None = Field(
        description="If it was merged into another email, the id of the notification that was sent; otherwise null."
    )
    due_at: UtcTime = Field(description="When it was or will be sent next.")
    attempts: list[AttemptView] = Field(description="The attempts to send it, in order.")


class ReaderNotificationView(NotificationView):
    """The email about a reply to one reader on the patient's side."""

    reader: str | None = Field(description="The authorized user's id; null: the patient.")

    @classmethod
    def of(cls, notification: TracedNotification) -> "ReaderNotificationView":
        """Show one notification."""
        shown = NotificationView.model_validate(notification)
        return cls.model_validate({**dict(shown), "reader": notification.reader or None})


class NoticeView(NotificationView):
    """An email to a member of staff about a message that had arrived before."""

    staff: str = Field(description="The reader's id.")
    name: str = Field(description="The reader's name.")
    cause: str = Field(
        description="`remind` or `alert`: a step of the ladder. `returned`: it came back to their inbox. "
        "`handed_over`: an administrator gave it to somebody else."
    )
    run: int | None = Field(description="The run of the ladder that sent it, from 1; null: no ladder did.")
    step: int | None = Field(description="The position of its step in the ladder, from 1; null: no ladder sent it.")

    @classmethod
    def of(cls, notice: TracedNotice, names: Mapping[str, str]) -> "NoticeView":
        """Show one email."""
        about = {"staff": notice.staff, "name": names.get(notice.staff, notice.staff), "cause": notice.cause}
        place = {"run": notice.run, "step": None if notice.step is None else notice.step + 1}
        return cls.model_validate({**dict(NotificationView.model_validate(notice.notification)), **about, **place})
