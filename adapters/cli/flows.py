"""What the commands are handed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from router.flows.accept import Accept
from router.flows.administer import Administer
from router.flows.authenticate import Authenticate
from router.flows.enrol import Enrol
from router.flows.explain import Explain
from router.flows.operate import Operate
from router.flows.preview import Preview
from router.flows.quarantine import LookAfterQuarantine
from router.flows.read_inbox import ReadInbox
from router.flows.reconcile import Reconcile
from router.flows.sign_in import SignIn
from router.ports import Ids
from router.roster import RosterDocument


@dataclass(frozen=True, slots=True)
class RosterSource:
    """A roster that was read from a file or folder: the document and, in words, what was left out and why."""

    document: RosterDocument
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandFlows:
    """The flows, and how a roster is read from a path at a moment (it says who has died and which teams have ended)."""

    authenticate: Authenticate
    accept: Accept
    administer: Administer
    enrol: Enrol
    explain: Explain
    operate: Operate
    preview: Preview
    quarantine: LookAfterQuarantine
    read_inbox: ReadInbox
    reconcile: Reconcile
    sign_in: SignIn
    ids: Ids
    read_roster: Callable[[Path, datetime], RosterSource]


Open = Callable[[], CommandFlows]
