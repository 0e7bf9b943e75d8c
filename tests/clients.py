"""HTTP clients of an application in the same process, all on one event loop.

Starlette's client starts a thread and a loop for each request, which takes several times as long as most requests.
"""

import atexit
from functools import cache
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient


class Client(TestClient):
    """Starlette's client on the event loop of the process."""

    def __init__(self, app: Any, **options: Any) -> None:  # noqa: ANN401 - Starlette's own.
        super().__init__(app, **options)
        self.portal = _portal()


@cache
def _portal() -> BlockingPortal:
    starting = start_blocking_portal()
    portal = starting.__enter__()
    atexit.register(starting.__exit__, None, None, None)
    return portal
