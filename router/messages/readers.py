"""Who else on the patient's side can read what somebody writes there."""

from dataclasses import dataclass, field

from router.practice.people import AuthorizedUser, Patient, Permission


@dataclass(frozen=True, slots=True)
class MessageReader:
    """Somebody else on the patient's side who can read what is written: `patient` or `authorized_user`."""

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


def _same_address(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()
