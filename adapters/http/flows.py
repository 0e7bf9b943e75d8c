"""The flows that the calls need, handed in when the application is made."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from router.flows.accept import Accept
from router.flows.administer import Administer
from router.flows.answer import AnswerMessages
from router.flows.authenticate import Authenticate
from router.flows.converse import Converse
from router.flows.enrol import Enrol
from router.flows.explain import Explain
from router.flows.forward import ForwardMessages
from router.flows.operate import Operate
from router.flows.oversee import Oversee
from router.flows.portal_link import PortalLinks
from router.flows.preview import Preview
from router.flows.read_inbox import ReadInbox
from router.flows.read_portal import ReadPortal
from router.flows.search_inbox import SearchInbox
from router.flows.sessions import KeepSessions
from router.flows.sign_in import SignIn
from router.flows.watch_inboxes import WatchInboxes


@dataclass(frozen=True, slots=True)
class Flows:
    """Everything that can be asked of the router over HTTP."""

    authenticate: Authenticate
    accept: Accept
    administer: Administer
    enrol: Enrol
    read_inbox: ReadInbox
    explain: Explain
    operate: Operate
    preview: Preview
    converse: Converse
    read_portal: ReadPortal
    answer: AnswerMessages
    forward: ForwardMessages
    sign_in: SignIn
    sessions: KeepSessions
    links: PortalLinks
    oversee: Oversee
    search_inbox: SearchInbox
    watch_inboxes: WatchInboxes


async def flows_of(request: Request) -> Flows:
    """The flows of the application that answers this request."""
    return cast("Flows", request.app.state.flows)


FlowsOfApp = Annotated[Flows, Depends(flows_of)]
