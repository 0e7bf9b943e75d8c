"""The web application, put together from one router a subject."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from adapters.http import (
    answers,
    compose,
    conversations,
    docs,
    health,
    inbox,
    messages,
    messaging,
    ops,
    portal_link,
    preview,
    roster,
    trace,
)
from adapters.http.auth import KeyChecks
from adapters.http.description import DESCRIPTION, Application
from adapters.http.flows import Flows
from adapters.http.gather import Gather
from adapters.http.headers import Envelope
from adapters.http.metrics import Metrics
from adapters.http.pages import (
    admin,
    admin_gaps,
    admin_history,
    admin_people,
    inbox_absence,
    inbox_message,
    inbox_search,
    inbox_stream,
    mail,
    password,
    portal,
    portal_compose,
    portal_entry,
    sign_in,
    static,
)
from adapters.http.pages import inbox as inbox_pages
from adapters.http.pages import ops as ops_pages
from adapters.http.pages.attempts import Attempts
from adapters.http.pages.inbox_watch import InboxWatch
from adapters.http.pages.lost import add_page_handlers
from adapters.http.pages.settings import PageSettings
from adapters.http.problems import add_handlers

SUBJECTS = (
    messages,
    compose,
    conversations,
    answers,
    trace,
    messaging,
    preview,
    roster,
    inbox,
    ops,
    health,
    docs,
    portal_link,
)
PAGES = (
    static,
    sign_in,
    password,
    portal_entry,
    portal,
    portal_compose,
    admin,
    admin_gaps,
    admin_history,
    admin_people,
    inbox_pages,
    inbox_message,
    inbox_search,
    inbox_absence,
    inbox_stream,
    ops_pages,
    mail,
)


def _nothing() -> None:
    """What happens at start and stop unless something is asked for."""


def _nothing_missing() -> str | None:
    """What keeps the application from accepting, in words."""
    return None


def create_app(
    flows: Flows,
    *,
    version: str,
    site: PageSettings | None = None,
    on_start: Callable[[], None] = _nothing,
    on_stop: Callable[[], None] = _nothing,
) -> FastAPI:
    """Make the application on these flows. The two hooks run when its server starts and stops."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        on_start()
        yield
        on_stop()

    app = Application(
        title="Careroute",
        version=version,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Careroute has numbers of its own. The framework would look for a provider at every request, and where there is
        # one, traces with the addresses of patients' conversations would leave the house.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.flows = flows
    app.state.page_settings = site or PageSettings()
    app.state.key_checks = KeyChecks(flows.authenticate)
    app.state.attempts = Attempts()
    app.state.gather = Gather(flows.accept)
    app.state.metrics = Metrics(flows.operate)
    app.state.inbox_watch = InboxWatch(flows.watch_inboxes.look)
    # Whoever puts the process together knows what else accepting needs.
    app.state.missing = _nothing_missing
    app.add_middleware(Envelope, observe=app.state.metrics.observe)
    # Only where mail is caught in this process.
    app.state.mailbox = None
    add_handlers(app)
    add_page_handlers(app)
    messages.add_write_route(app.router)
    for subject in (*SUBJECTS, *PAGES):
        app.include_router(subject.routes)
    return app
