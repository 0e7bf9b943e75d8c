"""Which replies a delivery shows, for searches: what router.messages.reach decides of one conversation, as a condition.

A search compares thousands of deliveries. Reading each conversation to ask the router would take too long, so a test
holds this against it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, func, or_, select

from adapters.database.repositories.inbox_reach import is_whole
from adapters.database.tables import care_team_member, conversation, delivery, message, reply, search_reply
from router.messages.cascade import HandOver
from router.messages.reach import FROM_HERE_ON
from router.messages.states import OPEN, DeliveryState

# The message of the delivery in question; and everything of its conversation that its holder has or had.
ITS_MESSAGE = message.alias("its_message")
HELD = delivery.alias("held")
HELD_MESSAGE = message.alias("held_message")


def has_reply(word: str) -> ColumnElement[bool]:
    """Whether a delivery shows a reply with this folded word, and is the one that its holder finds the reply by."""
    source = ITS_MESSAGE.join(search_reply, _is_indexed()).join(reply, _is_its_reply())
    source = source.join(conversation, _is_of_conversation())
    wanted = exists().select_from(source).where(_is_of_delivery(), _has(word), _is_found_here(), _is_shown())
    return wanted.correlate(delivery)


def replies_with(words: Sequence[str]) -> Select[Any]:
    """The replies with one of these folded words, each with the delivery that its holder finds it by."""
    source = delivery.join(ITS_MESSAGE, _is_of_delivery()).join(search_reply, _is_indexed())
    source = source.join(reply, _is_its_reply()).join(conversation, _is_of_conversation())
    found = select(delivery.c.id, reply.c.id.label("reply"), reply.c.author, reply.c.replied_at, reply.c.body)
    fits = or_(*(_has(word) for word in words))
    return found.select_from(source).where(fits, _is_found_here(), _is_shown())


def _has(word: str) -> ColumnElement[bool]:
    return search_reply.c.words.contains(word, autoescape=True)


def _is_of_delivery() -> ColumnElement[bool]:
    return (ITS_MESSAGE.c.practice == delivery.c.practice) & (ITS_MESSAGE.c.id == delivery.c.message)


def _is_indexed() -> ColumnElement[bool]:
    return (search_reply.c.practice == ITS_MESSAGE.c.practice) & (
        search_reply.c.conversation == ITS_MESSAGE.c.conversation
    )


def _is_its_reply() -> ColumnElement[bool]:
    return (reply.c.practice == search_reply.c.practice) & (reply.c.id == search_reply.c.reply)


def _is_of_conversation() -> ColumnElement[bool]:
    return (conversation.c.practice == reply.c.practice) & (conversation.c.id == reply.c.conversation)


def _is_found_here() -> ColumnElement[bool]:
    """Each reply is found once: by its holder's last message before it, or by the first one after it."""
    before = _of_held(func.max(HELD_MESSAGE.c.accepted_at), HELD_MESSAGE.c.accepted_at <= reply.c.replied_at)
    return ITS_MESSAGE.c.accepted_at == func.coalesce(before, _first_written())


def _is_shown() -> ColumnElement[bool]:
    return or_(_shows_everything(), and_(_is_late_enough(), _is_early_enough()))


def _shows_everything() -> ColumnElement[bool]:
    """To owners, chosen providers and the patient's care team."""
    of_patient = (care_team_member.c.practice == ITS_MESSAGE.c.practice) & (
        care_team_member.c.patient == ITS_MESSAGE.c.patient
    )
    cares = exists().where(of_patient, care_team_member.c.staff == delivery.c.staff).correlate(delivery, ITS_MESSAGE)
    return or_(conversation.c.owner == delivery.c.staff, conversation.c.chosen == delivery.c.staff, cares)


def _is_late_enough() -> ColumnElement[bool]:
    """Who came into a conversation by what begins with a message sees nothing from before it."""
    is_asked = HELD.c.step == HandOver.FORWARD.value
    reason = case((is_asked, HELD.c.step), else_=func.coalesce(HELD.c.because, HELD.c.step))
    begins_here = reason.in_([one.value for one in sorted(FROM_HERE_ON)]) & ~is_whole(HELD)
    return or_(_holds(~begins_here), reply.c.replied_at >= _first_written())


def _is_early_enough() -> ColumnElement[bool]:
    """What has gone from somebody shows what they could read until then."""
    gone = _of_held(func.max(HELD.c.moved_at), HELD.c.state == DeliveryState.MOVED.value)
    is_open = HELD.c.state.in_([state.value for state in sorted(OPEN)])
    came_back = (HELD.c.state == DeliveryState.DONE.value) & (HELD_MESSAGE.c.accepted_at > gone)
    return or_(gone.is_(None), reply.c.replied_at <= gone, _holds(or_(is_open, came_back)))


def _first_written() -> ScalarSelect[Any]:
    return _of_held(func.min(HELD_MESSAGE.c.accepted_at))


def _of_held(value: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    return _held(select(value)).where(*conditions).scalar_subquery()


def _holds(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return _held(select(HELD.c.id)).where(condition).exists()


def _held(wanted: Select[Any]) -> Select[Any]:
    """From everything of the conversation that the delivery's holder has or had."""
    its_message = (HELD_MESSAGE.c.practice == HELD.c.practice) & (HELD_MESSAGE.c.id == HELD.c.message)
    theirs = (HELD.c.practice == delivery.c.practice) & (HELD.c.staff == delivery.c.staff)
    same = HELD_MESSAGE.c.conversation == ITS_MESSAGE.c.conversation
    return (
        wanted.select_from(HELD.join(HELD_MESSAGE, its_message))
        .where(theirs, same)
        .correlate(delivery, ITS_MESSAGE, reply)
    )
