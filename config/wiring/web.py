"""What a web process needs."""

from datetime import timedelta

from fastapi import FastAPI

from adapters.broker.hints import BackgroundHints
from adapters.database.unit_of_work import Database
from adapters.documents.message import parse_item_json
from adapters.http.app import create_app
from adapters.http.flows import Flows
from adapters.http.pages.attempts import Attempts
from adapters.http.pages.settings import PageSettings
from adapters.metrics.pool import pool_text
from config import VERSION
from config.settings import Mode, Settings
from config.wiring import readiness, rooms, secret
from config.wiring.journal import NUMBERS, LoggedJournal
from config.wiring.passwords import ArgonPasswords
from router.flows.accept import Accept
from router.flows.administer import Administer
from router.flows.answer import AnswerMessages
from router.flows.authenticate import Authenticate
from router.flows.converse import Converse
from router.flows.enrol import Enrol
from router.flows.explain import Explain
from router.flows.forward import ForwardMessages
from router.flows.invite import Invite
from router.flows.operate import Operate
from router.flows.oversee import Oversee
from router.flows.portal_link import PortalLinks
from router.flows.preview import Preview
from router.flows.quarantine import LookAfterQuarantine
from router.flows.read_inbox import ReadInbox
from router.flows.read_portal import ReadPortal
from router.flows.search_inbox import SearchInbox
from router.flows.sessions import KeepSessions
from router.flows.sign_in import SignIn
from router.flows.watch_inboxes import WatchInboxes


def make_app(settings: Settings, database: Database, hints: BackgroundHints) -> FastAPI:
    """Put the web application together."""
    ids = rooms.RandomIds()
    idle = timedelta(minutes=settings.session_idle_minutes)
    accept, passwords = Accept(database, hints, ids, LoggedJournal()), ArgonPasswords()
    flows = Flows(
        authenticate=Authenticate(database, ids),
        accept=accept,
        administer=Administer(database, ids),
        enrol=Enrol(database, hints, ids),
        read_inbox=ReadInbox(database),
        explain=Explain(database),
        operate=Operate(database, hints),
        converse=Converse(database),
        read_portal=ReadPortal(database),
        answer=AnswerMessages(database, hints, ids),
        forward=ForwardMessages(database, hints, ids),
        preview=Preview(database),
        sign_in=SignIn(database, ids, passwords),
        sessions=KeepSessions(database, idle),
        links=PortalLinks(database, ids),
        oversee=Oversee(database),
        search_inbox=SearchInbox(database),
        watch_inboxes=WatchInboxes(database, idle),
        invite=Invite(database, hints, ids, passwords, secret.link_tokens(settings)),
        quarantine=LookAfterQuarantine(database, accept, parse_item_json),
    )
    app = create_app(flows, version=VERSION, site=PageSettings(settings.public_url, idle))
    if settings.mode is Mode.PRODUCTION:
        # All web processes count together.
        app.state.attempts = Attempts(settings.broker)
    app.state.missing = lambda: readiness.find_missing(database.engine)
    app.state.metrics.more += [NUMBERS.text, lambda: pool_text(database.engine)]
    return app
