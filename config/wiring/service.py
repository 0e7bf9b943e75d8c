"""The service in one process: web and, where no broker connects them, the worker and the mail catcher."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Self

import uvicorn
from celery import signals
from celery.worker import WorkController, state

from config import celery, garbage_collection
from config.errors import SettingsError
from config.settings import Mode, Settings
from config.wiring import outbound, readiness, resources, web, worker
from config.wiring.listening import problem_with_address
from config.wiring.mailbox import CaughtMailbox

if TYPE_CHECKING:
    from adapters.email.catcher import Catcher

# A stop ends within ten seconds, also with streams open.
GRACEFUL_SECONDS = 3
# Longer than proxies keep a connection that rests, mostly 60 s: whoever closes it while the other side sends loses that
# request, and only the side that sends can know.
KEEP_ALIVE_SECONDS = 75


class _Server(uvicorn.Server):
    """Leaves signals to the service: uvicorn would end the process by the signal, before the worker has stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Service:
    """Starts everything that `careroute run` runs and stops it again."""

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self._settings = settings
        self._address = host, port
        self.database = resources.database(settings)
        self._hints = outbound.hints(settings)
        self.catcher: Catcher | None = None
        self._worker: WorkController | None = None
        self._worker_thread: threading.Thread | None = None
        self._app = web.make_app(settings, self.database, self._hints)
        configuration = uvicorn.Config(
            self._app,
            host=host,
            port=port,
            # It takes all connections that wait at once. uvloop takes one each time around, so that under load the
            # others wait where nobody counts them.
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self.server = _Server(configuration)

    def __enter__(self) -> Self:
        """Have the database ready, then start the catcher and the worker, where this process has them.

        Raises NotReadyError for a PostgreSQL that isn't there or isn't migrated within a minute, and SettingsError if
        the address can't be bound.
        """
        problem = problem_with_address(*self._address)
        if problem:
            raise SettingsError(problem)
        if self._settings.mode is Mode.EMBEDDED:
            readiness.migrate_own(self.database.engine)
        else:
            readiness.wait_for_schema(self.database.engine, resources.say)
            allow_unsafe = self._settings.allow_unsafe_database
            readiness.check_safety(self.database.engine, resources.say, allow_unsafe=allow_unsafe)
        resources.say_weakness(self._settings)
        if self._settings.mode is not Mode.PRODUCTION:
            self._start_worker()
        garbage_collection.settle()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop in the order in which work flows: hints, worker, mail, database."""
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

    def serve(self) -> None:
        """Answer requests until SIGTERM or SIGINT comes; a second one ends at once, and the sweep makes up for it."""

        def stop(number: int, _frame: FrameType | None) -> None:
            if self.server.should_exit:
                os._exit(128 + number)
            self.server.should_exit = True
            self._app.state.inbox_watch.close()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        self.server.run()

    def _start_worker(self) -> None:
        self.catcher = outbound.catcher(self._settings)
        relay = f"smtp://127.0.0.1:{self.catcher.start()}" if self.catcher else self._settings.relay
        if self.catcher is not None and self._settings.mode is Mode.EMBEDDED:
            self._app.state.mailbox = CaughtMailbox(self.catcher)
        flows = worker.make(self._settings, self.database, self._hints, relay or "")
        worker.use(flows)
        if self._settings.mode is Mode.EMBEDDED:
            # Its file has one service: what is leased was leased by one that is gone.
            flows.notify.flow.end_leases()
        for module in celery.app.conf.include:
            import_module(module)
        state.should_stop = None
        self._worker = WorkController(
            app=celery.app, pool="threads", concurrency=4, queues=["route", "notify"], without_heartbeat=True,
            consumer_cls=celery.OWN_CONSUMER,
            without_mingle=True, without_gossip=True, quiet=True,
        )  # fmt: skip
        self._worker_thread = threading.Thread(target=self._worker.start, name="worker", daemon=True)
        self._worker_thread.start()
