"""Who else can read what somebody writes on the patient's side."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from router.messaging.ladder import Do
from router.messaging.settings import MessagingSettings
from router.practice.people import AuthorizedUser, Patient, Permission
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class MessageReader:
    """Somebody else who can read what is written: `patient`, `authorized_user`, or `staff` who may get it later."""

    kind: str
    id: str
    name: str = field(repr=False)
    # With the patient: then nobody is told by email of answers in a private conversation.
    shares_address: bool = False


def readers(patient: Patient, actor: AuthorizedUser | None) -> tuple[MessageReader, ...]:
    """Who else on the patient's side can read what this actor writes."""
    others = [
        MessageReader("authorized_user", user.id, user.name, shares_address=_same_address(patient.email, user.email))
        for user in patient.authorized_users
        if Permission.READ in user.permissions and (actor is None or user.id != actor.id)
    ]
    themselves = [MessageReader("patient", patient.id, patient.name)] if actor is not None else []
    return tuple(themselves + others)


# Of what is written to a chosen provider or in private, where the practice lets others get that: by its ladders, or on
# call. A private message keeps out authorized users, but not these.
OTHERS = MessageReader("staff", "others", "others at the practice, if nobody answers in time")
ON_CALL = MessageReader("staff", "on_call", "colleagues on call, if it is urgent")
STAFF_READERS = frozenset({OTHERS, ON_CALL})
GIVING = frozenset({Do.WIDEN, Do.HAND_OVER})


def others(messaging: MessagingSettings, site: str | None, topics: Sequence[Topic]) -> tuple[MessageReader, ...]:
    """Which others may get messages to a chosen provider, or private ones, about one of these topics."""
    open_to_others = [topic for topic in topics if messaging.in_force(site)[topic].others_may_get_chosen]
    ladders = [messaging.ladder_for(site, topic, urgent=urgent) for topic in open_to_others for urgent in (False, True)]
    given = any(step.do in GIVING for steps in ladders for step in steps)
    called = bool(open_to_others and messaging.on_call)
    return (*((OTHERS,) if given else ()), *((ON_CALL,) if called else ()))


def _same_address(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()
