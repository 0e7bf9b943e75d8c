"""What a web process needs."""

from datetime import timedelta

from fastapi import FastAPI

from adapters.broker.hints import BackgroundHints
from adapters.database.unit_of_work import Database
from adapters.documents.messages import parse_item_json
from adapters.http.app import create_app
from adapters.http.flows import Flows
from adapters.http.page_settings import PageSettings
from adapters.http.pages.kit.attempts import Attempts
from adapters.metrics.pool import PoolCollector
from config import VERSION
from config.logging import describe
from config.settings import Mode, Settings
from config.wiring import readiness, resources, secret
from config.wiring.event_log import METRICS, LoggedEvents
from config.wiring.passwords import ArgonPasswords
from router.flows.access.keys import Authenticate
from router.flows.access.portal_links import PortalLinks
from router.flows.access.sessions import KeepSessions
from router.flows.access.sign_in import SignIn
from router.flows.administrator.invitations import Invite
from router.flows.administrator.messaging import ChangeMessaging
from router.flows.administrator.overdue import LookAfterOverdue
from router.flows.administrator.preview import Preview
from router.flows.administrator.reports import ReadReports
from router.flows.administrator.roster import ImportRoster
from router.flows.administrator.trace import Explain
from router.flows.operator.operations import ReadOperations
from router.flows.operator.quarantine import LookAfterQuarantine
from router.flows.patient.accept import Accept
from router.flows.patient.conversations import ReadConversations
from router.flows.patient.portal import ReadPortal
from router.flows.staff.forward import ForwardMessages
from router.flows.staff.inbox import ReadInbox
from router.flows.staff.inbox_search import SearchInbox
from router.flows.staff.inbox_watch import WatchInboxes
from router.flows.staff.replies import ReplyToMessages


def make_app(settings: Settings, database: Database, hints: BackgroundHints) -> FastAPI:
    """Put the web application together."""
    ids = resources.RandomIds()
    idle = timedelta(minutes=settings.session_idle_minutes)
    zones = resources.InstalledTimeZones()
    accept = Accept(database, hints, ids, zones, resources.report_accepting, LoggedEvents())
    passwords = ArgonPasswords()
    flows = Flows(
        keys=Authenticate(database, ids),
        accept=accept,
        messaging=ChangeMessaging(database, hints, ids, zones),
        roster=ImportRoster(database, hints, ids, zones),
        overdue=LookAfterOverdue(database, hints, ids),
        read_inbox=ReadInbox(database),
        traces=Explain(database),
        operations=ReadOperations(database, hints),
        conversations=ReadConversations(database),
        read_portal=ReadPortal(database),
        replies=ReplyToMessages(database, hints, ids, zones),
        forward=ForwardMessages(database, hints, ids),
        preview=Preview(database, zones),
        sign_in=SignIn(database, ids, passwords),
        sessions=KeepSessions(database, idle),
        portal_links=PortalLinks(database, ids),
        reports=ReadReports(database),
        search_inbox=SearchInbox(database),
        watch_inboxes=WatchInboxes(database, idle),
        invitations=Invite(database, hints, ids, passwords, secret.link_tokens(settings)),
        quarantine=LookAfterQuarantine(database, accept, parse_item_json),
    )
    app = create_app(flows, version=VERSION, site=PageSettings(settings.public_url, idle))
    if settings.mode is Mode.PRODUCTION:
        # All web processes count together.
        app.state.attempts = Attempts(settings.broker, _report_attempts)
    app.state.missing = lambda: readiness.find_missing(database.engine)
    app.state.metrics.registry.register(METRICS.registry)
    app.state.metrics.registry.register(PoolCollector(database.engine))
    return app


def _report_attempts(error: Exception) -> None:
    resources.logger.error("sign-ins not counted in Redis: the limit applies per process", **describe(error))
