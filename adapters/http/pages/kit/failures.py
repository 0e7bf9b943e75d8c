"""What people read when something failed that they can't help: in place of words that are meant for programs."""

from dataclasses import dataclass, replace

from adapters.http.problems import Busy, Internal, TooLarge, TooManyRequests, Unavailable, UnknownOutcome
from router.errors import Refusal


@dataclass(frozen=True, slots=True)
class Failure:
    """What happened, and what to do before trying again."""

    title: str
    reason: str
    first: str = "Wait a moment"
    # Whether the same form may well be taken when it is sent again.
    passes: bool = True
    # Whether the form may have been taken after all.
    is_unsure: bool = False


# By the slug of the refusal.
FAILURES = {
    Busy.slug: Failure("Too busy just now", "Too many people are using the service at this moment."),
    Unavailable.slug: Failure("This doesn't work just now", "The service is not available at this moment."),
    UnknownOutcome.slug: Failure(
        "We don't know whether this was saved",
        "The connection was lost while it was being saved.",
        "Check in another tab whether it was saved",
        is_unsure=True,
    ),
    TooManyRequests.slug: Failure("Too many requests", "There were too many requests within a minute."),
    Internal.slug: Failure("Something went wrong", "The mistake is ours, and it was recorded."),
    TooLarge.slug: Failure("This is too long", "It is more than can be sent at once.", "Make it shorter", passes=False),
}


def failure_of(refusal: Refusal) -> Failure | None:
    """The words for this refusal; None where its own words are meant for people."""
    failure = FAILURES.get(refusal.slug)
    if failure is not None and isinstance(refusal, TooManyRequests):
        seconds = refusal.retry_seconds
        return replace(failure, first=f"Wait {seconds} second{'' if seconds == 1 else 's'}")
    return failure
