"""Checks of answer times and the texts that go with them, naming the wrong fields."""

from collections.abc import Iterator

from router.errors import FieldError
from router.messaging.portal_address import problem_with_portal_url
from router.messaging.proposal import Proposal
from router.text import problem_with
from router.text.phones import problem_with_phone

# Minutes of opening time; about a year of a practice that is open 40 hours a week.
ANSWER_WITHIN_LIMIT = 125_000
GUIDANCE_LIMIT = 200
PHONE_LIMIT = 40
EMAIL_NAME_LIMIT = 80


def check(proposal: Proposal) -> Iterator[FieldError]:
    """Everything that is wrong, from the practice's fields to those of the topics."""
    after = proposal.after
    yield from _minutes("answer_within", after.answer_within)
    # A number from before it had to be one that a phone can dial keeps nothing else from being saved.
    wrong = problem_with_phone(after.phone, PHONE_LIMIT) if after.phone not in {"", proposal.before.phone} else None
    if wrong:
        yield FieldError("phone", wrong)
    yield from _text("email_name", after.email_name, EMAIL_NAME_LIMIT)
    # Emails leave out an address from before it had to name a server; it keeps nothing else from being saved.
    wrong = problem_with_portal_url(after.portal_url) if after.portal_url != proposal.before.portal_url else None
    if wrong:
        yield FieldError("portal_url", wrong)
    for path, _, topics in after.sets():
        for topic, settings in topics.topics.items():
            yield from _minutes(f"{path}.topics.{topic}.answer_within", settings.answer_within)
            yield from _text(f"{path}.topics.{topic}.guidance", settings.guidance, GUIDANCE_LIMIT)


def _minutes(field: str, minutes: int | None) -> Iterator[FieldError]:
    if minutes is not None and not 0 <= minutes <= ANSWER_WITHIN_LIMIT:
        yield FieldError(field, f"must be between 0 and {ANSWER_WITHIN_LIMIT} minutes of opening time")


def _text(field: str, text: str, limit: int) -> Iterator[FieldError]:
    wrong = problem_with(text, limit) if text else None
    if wrong:
        yield FieldError(field, wrong)
