"""The web application, put together from the routes of each subject."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from adapters.http.addresses import Proxies
from adapters.http.api.messages import add_write_route
from adapters.http.api.metrics import Metrics
from adapters.http.api.routes import SUBJECTS
from adapters.http.auth import KeyChecks
from adapters.http.connections import Connections
from adapters.http.description import DESCRIPTION, Application
from adapters.http.flows import Flows
from adapters.http.group_commit import GroupCommit
from adapters.http.headers import ResponseHeaders
from adapters.http.limits import BodyMemory
from adapters.http.page_settings import PageSettings
from adapters.http.pages.inbox.watch import InboxWatch
from adapters.http.pages.kit.attempts import Attempts
from adapters.http.pages.kit.lost import add_page_handlers
from adapters.http.pages.kit.overdue_counts import OverdueCounts
from adapters.http.pages.routes import PAGES
from adapters.http.problems import add_handlers
from adapters.http.rate_limits import LimitAddresses, RateLimits


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
        # Careroute has metrics of its own. The framework would look for a provider at every request, and where there is
        # one, traces with the addresses of patients' conversations would leave the installation.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.flows = flows
    app.state.page_settings = site or PageSettings()
    app.state.key_checks = KeyChecks(flows.keys)
    app.state.proxies = Proxies()
    app.state.attempts = Attempts()
    app.state.connections = Connections()
    app.state.rate_limits = RateLimits()
    app.state.body_memory = BodyMemory()
    app.state.group_commit = GroupCommit(flows.accept)
    app.state.metrics = Metrics(flows.operations)
    app.state.overdue_counts = OverdueCounts(flows.overdue.count)
    app.state.inbox_watch = InboxWatch(flows.watch_inboxes.look)
    # The wiring of the process adds what else accepting needs.
    app.state.missing = _nothing_missing
    app.add_middleware(LimitAddresses)
    secure = app.state.page_settings.secure
    app.add_middleware(ResponseHeaders, observe=app.state.metrics.observe, secure=secure)
    # Only where mail is caught in this process.
    app.state.mailbox = None
    add_handlers(app)
    add_page_handlers(app)
    add_write_route(app.router)
    for routes in (*SUBJECTS, *PAGES):
        # As they are: included as a router, each would be made once more for every application, at its first request.
        app.router.routes += routes.routes
    return app
