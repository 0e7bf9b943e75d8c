"""Who does something, for the audit and for the wording of traces."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The kinds of actors in the audit."""

    KEY = "key"
    STAFF = "staff"
    OPERATOR = "operator"
    PATIENT = "patient"
    AUTHORIZED_USER = "authorized_user"
    COMMAND = "command"
    WORKER = "worker"


class Scope(StrEnum):
    """What an API key is for."""

    PORTAL = "portal"
    ROSTER = "roster"
    ADMIN = "admin"
    INBOX = "inbox"
    OPS = "ops"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts; the id is that of the key or of the person."""

    kind: ActorKind
    id: str


WORKER = Actor(ActorKind.WORKER, "worker")
COMMAND = Actor(ActorKind.COMMAND, "command line")
