"""What a web process needs."""

from fastapi import FastAPI

from adapters.broker.hints import BackgroundHints
from adapters.database.unit_of_work import Database
from adapters.http.app import create_app
from adapters.http.flows import Flows
from config import VERSION
from config.wiring import rooms
from router.flows.accept import Accept
from router.flows.administer import Administer
from router.flows.answer import AnswerMessages
from router.flows.authenticate import Authenticate
from router.flows.converse import Converse
from router.flows.enrol import Enrol
from router.flows.explain import Explain
from router.flows.forward import ForwardMessages
from router.flows.operate import Operate
from router.flows.preview import Preview
from router.flows.read_inbox import ReadInbox


def make_app(database: Database, hints: BackgroundHints) -> FastAPI:
    """Put the web application together."""
    ids = rooms.RandomIds()
    flows = Flows(
        authenticate=Authenticate(database, ids),
        accept=Accept(database, hints, ids),
        administer=Administer(database, ids),
        enrol=Enrol(database, hints, ids),
        read_inbox=ReadInbox(database),
        explain=Explain(database),
        operate=Operate(database, hints),
        converse=Converse(database),
        answer=AnswerMessages(database, hints, ids),
        forward=ForwardMessages(database, hints, ids),
        preview=Preview(database),
    )
    return create_app(flows, version=VERSION)
