"""What was done with a message, and who has it now."""

from fastapi import Request

from adapters.http.pages.kit.whom import whom_in_words
from router.messaging.snapshot import PracticeSnapshot

WITH_NAMES = {
    "forwarded": "The message was forwarded to {}.",
    "forwarded-whole": "The whole conversation was forwarded to {}, who owns it now and gets the patient's replies.",
    "noted-given": "Your note is saved. {} got this message and your note.",
    "noted-told": "Your note is saved. {} has this message already, and finds it unread again with your note.",
    "released": "You don't own this conversation any more. It went back to {}: nobody else had it open.",
    "moved": "The conversation was moved. It is with {} now.",
}


def with_names(told: str, otherwise: str | None, request: Request, snapshot: PracticeSnapshot) -> str | None:
    """What was done, with the names of whom the address names; without any, what is said otherwise."""
    names = whom_in_words(request, snapshot.staffing.members)
    return WITH_NAMES[told].format(names) if names and told in WITH_NAMES else otherwise
