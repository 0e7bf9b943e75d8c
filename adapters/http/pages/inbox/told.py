"""What was done with a message, and who has it now."""

from fastapi import Request

from adapters.http.pages.kit.colleagues import away_view
from adapters.http.pages.kit.moments import moment_in
from adapters.http.pages.kit.times import soon
from adapters.http.pages.kit.whom import whom_in_words, whom_of
from router.messaging.snapshot import PracticeSnapshot

WITH_NAMES = {
    "forwarded": "The message was forwarded to {}.",
    "forwarded-whole": "The whole conversation was forwarded to {}, who owns it now and gets the patient's replies.",
    "noted-given": "Your note is saved. {} got this message and your note.",
    "noted-told": "Your note is saved. {} has this message already, and finds it unread again with your note.",
    "released": "You don't own this conversation any more. It went back to {}: nobody else had it open.",
    "moved": "The conversation was moved. It is with {} now.",
    "left": "The message is done for you. {} takes care of it and still has it open.",
    "left-next": "The previous message is done for you. {} still has it open. This is the next open one.",
}


# The moment until which something was put off; in the address it is in ISO 8601.
UNTIL = "until"
WITH_MOMENT = {
    "snoozed": "The message will come back at the top on {}. Until then it is under Later.",
    "snoozed-next": "The previous message comes back on {}. This is the next open one.",
}


def in_words(told: str, otherwise: str | None, request: Request, snapshot: PracticeSnapshot) -> str | None:
    """What was done, with the names of whom the address names, or its moment; without any, what is said otherwise.

    Of those who are away it says so.
    """
    names = whom_in_words(request, snapshot.staffing.members)
    if names and told in WITH_NAMES:
        away = [away_view(one, snapshot) for one in whom_of(request)]
        return " ".join([WITH_NAMES[told].format(names), *(one.sentence for one in away if one)])
    until = moment_in(request.query_params.get(UNTIL, ""))
    if until is not None and told in WITH_MOMENT:
        return WITH_MOMENT[told].format(soon(until, snapshot.at, snapshot.practice.time_zone))
    return otherwise
