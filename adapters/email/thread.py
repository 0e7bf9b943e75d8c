"""An event loop on a thread of its own, for asynchronous work behind a synchronous face."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")

# Long enough for every orderly end; a thread that hangs in the system's resolver is left behind (it is a daemon).
JOIN_SECONDS = 5


class LoopThread(Generic[Value]):
    """Enters an asynchronous context on its own thread, waits there until it is stopped, and leaves it.

    Belongs to the process that started it: a fork copies no threads.
    """

    def __init__(
        self,
        name: str,
        context: Callable[[], AbstractAsyncContextManager[Value]],
        loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> None:
        self._context = context
        self._loop_factory = loop_factory
        self._entered: Future[Value] = Future()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> Value:
        """Start, and return what the context gives; raises what entering it raises."""
        self._thread.start()
        return self._entered.result()

    def submit(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Run this on the loop; the future is cancelled where the loop ends first."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self) -> None:
        """Leave the context, cancel what still runs, and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._loop_factory) as runner:
                runner.run(self._stay())
        except Exception as error:
            if self._entered.done():
                raise
            self._entered.set_exception(error)

    async def _stay(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        async with self._context() as value:
            self._entered.set_result(value)
            await self._ending.wait()
