"""A resolution in words: what was tried, who was skipped and why."""

from collections.abc import Mapping

from router.messages.arrival import PASSED_ON, Arrival, arrival_in_words
from router.messages.cascade import HandOver, Recipient, Step, StepOutcome, TracedStep
from router.messages.hand_overs import LeftAs
from router.messages.inbox import InboxItem
from router.messages.trace import TracedHandOver
from router.messaging.ladder import Do
from router.practice.availability import Considered, Standing

STEPS_IN_WORDS = {
    Step.OWNER: "The owner of the conversation",
    Step.CHOSEN_PROVIDER: "The provider that the patient chose",
    Step.RECIPIENTS: "The recipients of the topic at the site",
    Step.CARE_TEAM: "The other members of the patient's care team",
    Step.CATCH_ALL: "The catch-all",
    Step.LAST_RESORT_CATCH_ALL: "Last resort: the active catch-all members, away or not",
    Step.LAST_RESORT_ADMINISTRATORS: "Last resort: the active portal administrators, away or not",
    Step.LAST_RESORT_CARE_TEAM: "Last resort: the active members of the patient's care team, away or not",
}

NOT_APPLICABLE_IN_WORDS = {
    Step.OWNER: "nobody owns the conversation",
    Step.CHOSEN_PROVIDER: "the patient was offered no choice",
    Step.RECIPIENTS: "the topic has no recipients there",
    Step.CARE_TEAM: "the topic has recipients, care-team fallback is off, or the care team has no other members",
    Step.CATCH_ALL: "there is no catch-all member and no portal administrator",
    Step.LAST_RESORT_CATCH_ALL: "the catch-all is empty",
    Step.LAST_RESORT_ADMINISTRATORS: "there is no active portal administrator",
    Step.LAST_RESORT_CARE_TEAM: "the care team is empty",
}

REASONS_IN_WORDS: dict[Step | HandOver, str] = {
    HandOver.FORWARD: "A colleague forwarded it to you.",
    HandOver.OVERDUE: "It was overdue, and an administrator gave it to you.",
    HandOver.STEP: "Nobody opened or answered it in time, so it came to you.",
    HandOver.ON_CALL: "You are on call, and it is urgent.",
    HandOver.CORRECTION: "A colleague moved it to this topic.",
    HandOver.ABSENCE: "A colleague's absence began, and you cover for them.",
    Step.OWNER: "You owned this conversation when it came.",
    Step.CHOSEN_PROVIDER: "The patient chose you.",
    Step.RECIPIENTS: "You are a recipient of this topic.",
    Step.CARE_TEAM: "You are on the patient's care team, and the topic has no available recipients.",
    Step.CATCH_ALL: "You are on the catch-all, which gets messages that nobody else would get.",
    Step.LAST_RESORT_CATCH_ALL: "You are on the catch-all, and everybody else who could take it was away.",
    Step.LAST_RESORT_ADMINISTRATORS: "You are a portal administrator, and nobody else was available.",
    Step.LAST_RESORT_CARE_TEAM: "You are on the patient's care team, and nobody else was available.",
}

OWNS_IN_WORDS = "You own this conversation."

# Of the person whose cover got it, in the sentence for the cover and in the trace.
LEFT_IN_WORDS = {
    LeftAs.UNREAD: "who had not read it",
    LeftAs.READ: "who had read it and was not done with it",
    LeftAs.OWNED: "who owns this conversation and was not done with it",
    None: "whose absence began",
}
LEFT_IN_TRACE = {
    LeftAs.UNREAD: "whose absence began before they had read it",
    LeftAs.READ: "whose absence began when they had read it and were not done with it",
    LeftAs.OWNED: "who owns the conversation and was not done with it when their absence began",
    None: "whose absence began",
}


def why_item(item: InboxItem, names: Mapping[str, str]) -> str:
    """Why a delivery is in its holder's inbox, or was."""
    return why(item.recipient, names, item.arrival, owns=item.owner == item.staff)


def why(recipient: Recipient, names: Mapping[str, str], arrival: Arrival | None = None, *, owns: bool = False) -> str:
    """One sentence or two for the person who got the message; `arrival` says what led to it, where that is known.

    `owns` says that they are known to own the conversation still.
    """
    reason = REASONS_IN_WORDS[recipient.step]
    if owns and recipient.step is Step.OWNER:
        reason = OWNS_IN_WORDS
    if arrival is not None and recipient.step in PASSED_ON:
        reason = arrival_in_words(arrival, names, recipient.staff)
    if recipient.represents is None:
        return reason
    name = names.get(recipient.represents, recipient.represents)
    if recipient.step is HandOver.FORWARD:
        return f"{name} forwarded it to you."
    if recipient.step is HandOver.ABSENCE:
        return f"You cover for {name}, {LEFT_IN_WORDS[arrival.left if arrival is not None else None]}."
    if recipient.step in PASSED_ON:
        return f"{reason} You cover for {name}."
    if recipient.step is HandOver.ON_CALL:
        return f"It is urgent, and you cover for {name}, who is on call."
    return f"You cover for {name}, who would have received it."


def step_in_words(step: TracedStep, names: Mapping[str, str]) -> str:
    """One line of the trace: the step, then everybody who was considered, then the outcome."""
    title = STEPS_IN_WORDS[step.step]
    if step.outcome is StepOutcome.NOT_APPLICABLE:
        return f"{title}: {NOT_APPLICABLE_IN_WORDS[step.step]}."
    people = "; ".join(considered_in_words(person, names) for person in step.considered)
    ending = "" if step.outcome is StepOutcome.MATCHED else " Nobody could take it."
    return f"{title}: {people}.{ending}"


CONSIDERED_IN_WORDS = {
    Standing.AVAILABLE: "{name} gets it",
    Standing.AWAY_BUT_ASKED: "{name} gets it even though they are away",
    Standing.COVERED: "{name} is away and covered by {covers}, who gets it",
    Standing.UNKNOWN: "{name} is unknown (skipped)",
    Standing.INACTIVE: "{name} has left (skipped)",
    Standing.AWAY_WITHOUT_COVER: "{name} is away{also_away} and nobody covers (skipped)",
    Standing.COVER_INACTIVE: "{name} is away and the cover {covers} has left (skipped)",
    Standing.COVER_CIRCLE: "{name} is away and the covers {covers} cover each other in a circle (skipped)",
}


def considered_in_words(considered: Considered, names: Mapping[str, str]) -> str:
    """What was found about one person, without a full stop."""
    covers = ", then ".join(names.get(cover, cover) for cover in considered.covers)
    also_away = f", as is the cover {covers}," if covers else ""
    words = CONSIDERED_IN_WORDS[considered.standing]
    return words.format(name=names.get(considered.staff, considered.staff), covers=covers, also_away=also_away)


def hand_over_in_words(handed: TracedHandOver, names: Mapping[str, str]) -> str:
    """One line of the trace: who handed the message, or its whole conversation, to whom."""
    giver, taker = names.get(handed.giver, handed.giver), names.get(handed.taker, handed.taker)
    if handed.kind is HandOver.ABSENCE:
        return f"{taker} covers for {giver}, {LEFT_IN_TRACE[handed.left]}."
    if handed.kind is HandOver.OVERDUE:
        was_with = "" if handed.giver == handed.taker else f"It was with {giver}. "
        return f"{was_with}It was overdue, and an administrator gave it to {taker}."
    if handed.kind is HandOver.ON_CALL:
        return f"{taker} got it on call, because it was urgent and the practice was closed."
    if handed.kind is HandOver.STEP:
        return _step_of_ladder_in_words(handed, giver, taker)
    whole = " with the whole conversation, which they now own" if handed.whole_conversation else ""
    return f"{giver} forwarded it to {taker}{whole}."


def _step_of_ladder_in_words(handed: TracedHandOver, giver: str, taker: str) -> str:
    """A wider circle leaves it where it was; a hand-over takes it from everybody who isn't to have it."""
    if handed.giver == handed.taker or handed.did is None:
        return f"A step of the ladder gave it to {taker}."
    if handed.did is Do.WIDEN:
        return f"A step of the ladder gave it to {taker} as well; it stayed with {giver}."
    return f"It was with {giver}. A step of the ladder handed it over to {taker}."
