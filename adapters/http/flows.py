"""The flows that the calls need, handed in when the application is made."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from router.flows.access.keys import Authenticate
from router.flows.access.own_password import ChangeOwnPassword
from router.flows.access.portal_links import PortalLinks
from router.flows.access.sessions import KeepSessions
from router.flows.access.sign_in import SignIn
from router.flows.administrator.invitations import Invite
from router.flows.administrator.ladders import TryLadders
from router.flows.administrator.messaging import ChangeMessaging
from router.flows.administrator.overdue import LookAfterOverdue
from router.flows.administrator.patients import KeepPatients
from router.flows.administrator.preview import Preview
from router.flows.administrator.red_flag_trial import TryRedFlags
from router.flows.administrator.reports import ReadReports
from router.flows.administrator.roster import ImportRoster
from router.flows.administrator.roster_staging import StageRoster
from router.flows.administrator.staff import KeepStaff
from router.flows.administrator.trace import Explain
from router.flows.administrator.urgency import LookAtUrgency
from router.flows.operator.operations import ReadOperations
from router.flows.operator.quarantine import LookAfterQuarantine
from router.flows.patient.accept import Accept
from router.flows.patient.advice import GiveAdvice
from router.flows.patient.conversations import ReadConversations
from router.flows.patient.email_choice import ChooseEmails
from router.flows.patient.portal import ReadPortal
from router.flows.patient.search import SearchMessages
from router.flows.staff.bulk import ActInBulk
from router.flows.staff.conversation_watch import WatchConversation
from router.flows.staff.correction import CorrectTopic
from router.flows.staff.drafts import KeepDrafts
from router.flows.staff.forward import ForwardMessages
from router.flows.staff.inbox import ReadInbox
from router.flows.staff.inbox_search import SearchInbox
from router.flows.staff.inbox_watch import WatchInboxes
from router.flows.staff.notes import WriteNotes
from router.flows.staff.quick_texts import KeepQuickTexts
from router.flows.staff.replies import ReplyToMessages
from router.flows.staff.snooze import SnoozeMessages
from router.flows.staff.undo import UndoActs
from router.flows.staff.urgency import ChangePriority


@dataclass(frozen=True, slots=True)
class Flows:
    """Everything that can be asked of the router over HTTP."""

    keys: Authenticate
    accept: Accept
    messaging: ChangeMessaging
    roster: ImportRoster
    read_inbox: ReadInbox
    traces: Explain
    operations: ReadOperations
    preview: Preview
    conversations: ReadConversations
    read_portal: ReadPortal
    email_choice: ChooseEmails
    replies: ReplyToMessages
    forward: ForwardMessages
    drafts: KeepDrafts
    quick_texts: KeepQuickTexts
    notes: WriteNotes
    snooze: SnoozeMessages
    watch_conversation: WatchConversation
    undo: UndoActs
    bulk: ActInBulk
    sign_in: SignIn
    sessions: KeepSessions
    own_password: ChangeOwnPassword
    portal_links: PortalLinks
    reports: ReadReports
    search_inbox: SearchInbox
    search_messages: SearchMessages
    watch_inboxes: WatchInboxes
    invitations: Invite
    quarantine: LookAfterQuarantine
    staging: StageRoster
    staff: KeepStaff
    patients: KeepPatients
    overdue: LookAfterOverdue
    ladders: TryLadders
    urgency: ChangePriority
    advice: GiveAdvice
    look_at_urgency: LookAtUrgency
    red_flag_trials: TryRedFlags
    correction: CorrectTopic


async def flows_of(request: Request) -> Flows:
    """The flows of the application that answers this request."""
    return cast("Flows", request.app.state.flows)


FlowsOfApp = Annotated[Flows, Depends(flows_of)]
