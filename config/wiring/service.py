"""The service in one process: web and, where no broker connects them, the worker and the mail catcher."""

import os
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Self

import uvicorn
from celery import signals
from celery.worker import WorkController, state

from adapters.http.bounded_server import BoundedServer, bounded_protocol
from adapters.http.pages.mail.caught import GuardedMailbox
from config import celery, file_descriptors, garbage_collection
from config.errors import SettingsError
from config.settings import Mode, Settings
from config.wiring import data_folder, outbound, readiness, resources, safety, web, worker
from config.wiring.listening import problem_with_address
from config.wiring.mailbox import CaughtMailbox
from config.wiring.stacks import write_stacks_when_asked

if TYPE_CHECKING:
    from adapters.email.catcher import Catcher
    from adapters.http.connections import Connections

# A stop ends within ten seconds, also with streams open.
GRACEFUL_SECONDS = 3
# Longer than proxies keep an idle connection, usually 60 s. If we closed one just as the proxy sent a request on it,
# that request would be lost, so the proxy must be the first to close.
KEEP_ALIVE_SECONDS = 75


class _Server(BoundedServer):
    """Leaves signals to the service: uvicorn would end the process by the signal, before the worker has stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Service:
    """Starts everything that `careroute run` runs and stops it again."""

    def __init__(self, settings: Settings, host: str, port: int, *, mail: bool = False) -> None:
        """Raise SettingsError where `mail` asks for the page of caught emails and none are caught here."""
        if mail and (settings.mode is not Mode.EMBEDDED or settings.relay is not None):
            raise SettingsError("--mail needs the embedded engine without SMTP_URL, which catches the emails")
        self.settings = settings
        self._file_descriptors = file_descriptors.raise_limit()
        self._address = host, port
        self._mail_token = secrets.token_urlsafe(32) if mail else None
        self._held = ExitStack()
        self.database = resources.database(settings, resources.logged_outage())
        self._hints = outbound.hints(settings)
        self.catcher: Catcher | None = None
        self._worker: WorkController | None = None
        self._worker_thread: threading.Thread | None = None
        self._is_stopping = False
        self.exit_code = 0
        self._app = web.make_app(settings, self.database, self._hints)
        connections: Connections = self._app.state.connections
        configuration = uvicorn.Config(
            self._app,
            host=host,
            port=port,
            # It takes all connections that wait at once. uvloop takes one each time around, so that under load the
            # others wait where nobody counts them.
            loop="asyncio",
            http=bounded_protocol(connections),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            # Left to itself it believes whatever X-Forwarded-For says that comes from this machine.
            proxy_headers=False,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self.server = _Server(configuration, connections, resources.report_ended_connections)
        if settings.web_metrics_port is not None:
            self.server.also = (settings.metrics_host, settings.web_metrics_port)

    def __enter__(self) -> Self:
        """Have the database ready, then start the catcher and the worker, where this process has them.

        Raises NotReadyError for a PostgreSQL that isn't there or isn't migrated within a minute, and SettingsError if
        the address can't be bound, another service uses the data folder, or a new installation has too short a
        SECRET_KEY.
        """
        problem = problem_with_address(*self._address)
        if problem:
            raise SettingsError(problem)
        if self.settings.mode is Mode.EMBEDDED:
            self._held.enter_context(data_folder.locked(self.settings.careroute_data_dir))
            readiness.migrate_own(self.database.engine)
        else:
            readiness.wait_for_schema(self.database.engine, resources.say)
            allow_unsafe = self.settings.allow_unsafe_database
            readiness.check_safety(self.database.engine, resources.say, allow_unsafe=allow_unsafe)
            safety.check(self.settings, self.database)
        resources.say_weakness(self.settings)
        if self.settings.mode is not Mode.PRODUCTION:
            self._start_worker()
        # Not before the last error at start, of which standard error has one line and nothing else.
        resources.logger.info("file descriptors", limit=self._file_descriptors)
        garbage_collection.settle()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop in the order in which work flows: hints, worker, mail, database."""
        self._is_stopping = True
        self._hints.stop()
        if self._worker is not None and self._worker_thread is not None:
            signals.worker_shutting_down.send(sender=self._worker)
            state.should_stop = 0  # type: ignore[assignment] # Celery sets it to an exit code itself.
            self._worker_thread.join(GRACEFUL_SECONDS)
            # In case the worker takes longer than that to stop.
            worker.leave()
        worker.close()
        if self.catcher is not None:
            self.catcher.stop()
        self.database.engine.dispose()
        self._held.close()

    def mail_link(self, base: str) -> str:
        """Where the caught emails are shown; the token is made anew at each start."""
        return f"{base}/mail?token={self._mail_token}"

    def serve(self) -> None:
        """Answer requests until a signal to stop comes; a second one ends at once, and the sweep makes up for it."""

        def stop(number: int, _frame: FrameType | None) -> None:
            if self.server.should_exit:
                os._exit(128 + number)
            self._end()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        # Ignored under nohup.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, stop)
        write_stacks_when_asked()
        self.server.run()

    def _end(self) -> None:
        self.server.should_exit = True
        self._app.state.inbox_watch.close()

    def _start_worker(self) -> None:
        self.catcher = outbound.catcher(self.settings)
        relay = f"smtp://127.0.0.1:{self.catcher.start()}" if self.catcher else self.settings.relay
        if self.catcher is not None and self._mail_token is not None:
            self._app.state.mailbox = GuardedMailbox(CaughtMailbox(self.catcher), self._mail_token)
        flows = worker.make(self.settings, self.database, self._hints, relay or "")
        worker.use(flows)
        if self.settings.mode is Mode.EMBEDDED:
            # Its file has one service: what is leased was leased by one that is gone.
            flows.notify.flow.end_leases()
        for module in celery.app.conf.include:
            import_module(module)
        state.should_stop = None
        self._worker = WorkController(
            app=celery.app, pool="threads", concurrency=4, queues=worker.QUEUES.split(","), without_heartbeat=True,
            consumer_cls=celery.OWN_CONSUMER,
            without_mingle=True, without_gossip=True, quiet=True,
        )  # fmt: skip
        self._worker_thread = threading.Thread(target=self._work, args=(self._worker,), name="worker", daemon=True)
        self._worker_thread.start()

    def _work(self, controller: WorkController) -> None:
        """Run the worker; if it ends by itself the service does, as it would accept what nobody routes."""
        controller.start()
        if not self._is_stopping:
            resources.logger.critical("worker ended")
            self.exit_code = 1
            self._end()
