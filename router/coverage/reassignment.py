"""Who may be given an overdue message by an administrator, whose role alone doesn't entitle them to it."""

from router.coverage.ladder_decisions import Situation
from router.errors import Conflict, Invalid
from router.messages.cascade import HandOver, Question, Recipient, Resolution, resolve
from router.practice.staff_ids import CATCH_ALL

NOT_ALLOWED = "must be catch_all, cascade, or somebody who may get the message"


def allowed(situation: Situation) -> tuple[str, ...]:
    """The ids of the staff to whom it may be handed by name, in the order of the cascade."""
    question, messaging = situation.question, situation.messaging
    named = [staff for staff in (question.chosen, *question.care_team) if staff is not None]
    if not situation.is_restricted:
        recipients = messaging.in_force(question.site)[question.topic].recipients
        named = [*recipients, *named, *messaging.catch_all]
    return tuple(dict.fromkeys(staff for staff in named if situation.staffing.is_active(staff)))


def takers(to: str, situation: Situation) -> tuple[Recipient, ...]:
    """Who gets it: these people, or their current covers.

    Raises Invalid if `to` isn't allowed to get it, and Conflict if nobody is available.
    """
    if to == CATCH_ALL and not situation.is_restricted and situation.messaging.catch_all:
        wanted = situation.messaging.catch_all
    elif to in allowed(situation):
        wanted = (to,)
    else:
        raise Invalid.at("to", NOT_ALLOWED)
    found = situation.available(wanted)
    if not found:
        raise Conflict("Nobody who would get it is available.")
    return tuple(Recipient(taker.staff, HandOver.OVERDUE, taker.represents) for taker in found)


def asked_anew(situation: Situation) -> tuple[Question, Resolution]:
    """What the cascade now says about it, ignoring its owner. Raises Conflict if it finds nobody."""
    asked = situation.question
    question = Question(asked.topic, asked.site, None, asked.chosen, asked.care_team)
    resolution = resolve(question, situation.messaging, situation.staffing, situation.at)
    if not resolution.recipients:
        raise Conflict("Routing finds nobody active.")
    return question, resolution
