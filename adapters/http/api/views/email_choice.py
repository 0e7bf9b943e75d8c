"""What the patient's side chose about emails."""

from pydantic import Field

from adapters.http.view import View
from router.messages.email_choice import EmailChoice


class EmailChoiceView(View):
    """Whether somebody is sent emails about answers."""

    wanted: bool = Field(description="Whether they get these emails: their own choice, or else what the roster says.")
    chosen: bool | None = Field(description="Their own choice, which roster imports don't change; null: none yet.")
    has_address: bool = Field(description="Whether the roster has an address to send them to.")

    @classmethod
    def of(cls, choice: EmailChoice) -> "EmailChoiceView":
        """Show one reader's choice."""
        return cls(wanted=choice.wanted, chosen=choice.chosen, has_address=choice.address is not None)
