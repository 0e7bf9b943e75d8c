"""Saying that something is urgent on a page from before the practice stopped taking that: it is sent, and told."""

from fastapi import Request

from router.messages.acceptance import Receipt
from router.messages.priority import Priority

ASKED = "asked"
URGENT = "urgent"


def asked_for(*, urgent: bool) -> dict[str, str]:
    """What the address of the page after sending says of the tick that was set."""
    return {ASKED: URGENT} if urgent else {}


def was_not_taken(request: Request, receipt: Receipt | None) -> bool:
    """Whether what was just sent should have been marked as urgent, and is not."""
    asked = request.query_params.get(ASKED) == URGENT
    return asked and receipt is not None and receipt.accepted_with.priority is not Priority.URGENT
