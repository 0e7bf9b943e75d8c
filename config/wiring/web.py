"""What a web process needs."""

from datetime import timedelta

from fastapi import FastAPI

from adapters.broker.hints import BackgroundHints
from adapters.database.unit_of_work import Database
from adapters.documents.messages import parse_item_json
from adapters.http.addresses import Proxies
from adapters.http.api.metrics import MetricsAccess
from adapters.http.app import create_app
from adapters.http.flows import Flows
from adapters.http.page_settings import PageSettings
from adapters.http.pages.kit.attempts import Attempts
from adapters.http.rate_limits import Kind, RateLimits
from adapters.http.shared_counts import RedisCounts
from adapters.metrics.pool import PoolCollector
from config import VERSION, file_descriptors
from config.settings import Mode, Settings
from config.wiring import readiness, resources, secret
from config.wiring.broker_errors import describe_broker
from config.wiring.event_log import METRICS, LoggedEvents
from config.wiring.passwords import ArgonPasswords
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


def make_app(settings: Settings, database: Database, hints: BackgroundHints) -> FastAPI:
    """Put the web application together."""
    ids = resources.RandomIds()
    idle = timedelta(minutes=settings.session_idle_minutes)
    zones = resources.InstalledTimeZones()
    accept = Accept(database, hints, ids, zones, resources.report_accepting, LoggedEvents())
    passwords, tokens = ArgonPasswords(), secret.link_tokens(settings)
    read_inbox, replies = ReadInbox(database), ReplyToMessages(database, hints, ids, zones)
    forward = ForwardMessages(database, hints, ids)
    undo = UndoActs(database, hints, ids)
    flows = Flows(
        keys=Authenticate(database, ids),
        accept=accept,
        messaging=ChangeMessaging(database, hints, ids, zones),
        roster=ImportRoster(database, hints, ids, zones),
        overdue=LookAfterOverdue(database, hints, ids, zones),
        ladders=TryLadders(database, zones),
        read_inbox=read_inbox,
        traces=Explain(database),
        operations=ReadOperations(database, hints, tokens),
        conversations=ReadConversations(database),
        read_portal=ReadPortal(database, zones),
        email_choice=ChooseEmails(database, secret.unsubscribe_tokens(settings)),
        replies=replies,
        forward=forward,
        bulk=ActInBulk(read_inbox, replies, forward, undo),
        drafts=KeepDrafts(database),
        quick_texts=KeepQuickTexts(database, ids),
        notes=WriteNotes(database, hints, ids),
        snooze=SnoozeMessages(database),
        watch_conversation=WatchConversation(database),
        undo=undo,
        preview=Preview(database, zones),
        sign_in=SignIn(database, ids, passwords),
        own_password=ChangeOwnPassword(database, ids, passwords),
        sessions=KeepSessions(database, idle),
        portal_links=PortalLinks(database, ids),
        reports=ReadReports(database),
        search_inbox=SearchInbox(database),
        search_messages=SearchMessages(database),
        watch_inboxes=WatchInboxes(database, idle),
        invitations=Invite(database, hints, ids, passwords, tokens),
        quarantine=LookAfterQuarantine(database, accept, parse_item_json),
        staging=StageRoster(database, ids),
        staff=KeepStaff(database, hints, ids),
        patients=KeepPatients(database),
        urgency=ChangePriority(database, hints, ids, zones),
        advice=GiveAdvice(database),
        look_at_urgency=LookAtUrgency(database),
        red_flag_trials=TryRedFlags(database, zones),
        correction=CorrectTopic(database, hints, ids, zones),
    )
    app = create_app(flows, version=VERSION, site=PageSettings(settings.public_url, idle))
    app.state.proxies = Proxies(settings.proxies, _report_untrusted_proxy)
    app.state.connections.trusts = app.state.proxies.trusts
    app.state.connections.most_in_all = file_descriptors.connections()
    app.state.rate_limits = _rate_limits(settings)
    if settings.mode is Mode.PRODUCTION:
        # All web processes count together.
        app.state.attempts = Attempts(settings.broker, _report_attempts)
    app.state.missing = lambda: readiness.find_missing(database)
    token = settings.metrics_token
    app.state.metrics.access = MetricsAccess(token.get_secret_value() if token else None, settings.web_metrics_port)
    app.state.metrics.registry.register(METRICS.registry)
    app.state.metrics.registry.register(PoolCollector(database.engine))
    return app


def _rate_limits(settings: Settings) -> RateLimits:
    """The limits of all web processes together where Redis connects them, else of this process."""
    limits = {
        Kind.KEY: settings.requests_by_key,
        Kind.PATIENT: settings.requests_by_patient,
        Kind.ADDRESS: settings.requests_by_address,
    }
    if settings.mode is not Mode.PRODUCTION:
        return RateLimits(limits)
    return RateLimits(limits, RedisCounts(settings.broker, _report_shared_counts))


def _report_untrusted_proxy() -> None:
    resources.logger.warning(
        "forwarded headers ignored: name the proxy in TRUSTED_PROXIES, or everybody behind it counts as one address"
    )


def _report_attempts(error: Exception) -> None:
    resources.logger.error("sign-ins not counted in Redis: the limit applies per process", **describe_broker(error))


def _report_shared_counts(error: Exception | None) -> None:
    """Log that Redis began to fail as the place where requests are counted, or that it works again."""
    if error is None:
        resources.logger.warning("requests counted in Redis again")
    else:
        resources.logger.warning("requests not counted in Redis: limits apply per process", **describe_broker(error))
