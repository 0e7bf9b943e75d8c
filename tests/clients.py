"""HTTP clients of an application in the same process.

Starlette's client starts a thread and an event loop for each request, which takes longer than most requests do.
"""

from typing import Any

from anyio.from_thread import BlockingPortal
from starlette.testclient import TestClient


class Client(TestClient):
    """Starlette's client, on the event loop of its test where there is one."""

    def __init__(self, app: Any, portal: BlockingPortal | None = None, **options: Any) -> None:  # noqa: ANN401 - Starlette's own.
        super().__init__(app, **options)
        self.portal = portal
