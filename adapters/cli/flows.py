"""What the commands are handed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from router.flows.access.keys import Authenticate
from router.flows.access.sign_in import SignIn
from router.flows.administrator.ladders import TryLadders
from router.flows.administrator.messaging import ChangeMessaging
from router.flows.administrator.overdue import LookAfterOverdue
from router.flows.administrator.practices import KeepPractices
from router.flows.administrator.preview import Preview
from router.flows.administrator.roster import ImportRoster
from router.flows.administrator.roster_staging import RosterPart, StageRoster
from router.flows.administrator.roster_steps import ApplyRoster
from router.flows.administrator.staff import KeepStaff
from router.flows.administrator.trace import Explain
from router.flows.operator.operations import ReadOperations
from router.flows.operator.quarantine import LookAfterQuarantine
from router.flows.operator.reconciliation import Reconcile
from router.flows.patient.accept import Accept
from router.flows.staff.inbox import ReadInbox
from router.ports.services import Ids


@dataclass(frozen=True, slots=True)
class RosterSource:
    """A roster that is read from a file or folder, piece by piece.

    `incomplete` names, in words, the parts of the source that are missing or can't be read.
    """

    parts: Iterable[RosterPart]
    incomplete: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterOptions:
    """How a roster is read."""

    is_strict: bool = False
    general_practitioners: bool = False


@dataclass(frozen=True, slots=True)
class CommandFlows:
    """The flows, and how a roster is read from a path at a moment (it says who has died and which teams have ended)."""

    keys: Authenticate
    accept: Accept
    messaging: ChangeMessaging
    roster: ImportRoster
    staging: StageRoster
    roster_steps: ApplyRoster
    staff: KeepStaff
    practices: KeepPractices
    traces: Explain
    operations: ReadOperations
    preview: Preview
    quarantine: LookAfterQuarantine
    read_inbox: ReadInbox
    reconcile: Reconcile
    overdue: LookAfterOverdue
    ladders: TryLadders
    sign_in: SignIn
    ids: Ids
    read_roster: Callable[[Path, datetime, RosterOptions], RosterSource]


Open = Callable[[], CommandFlows]
