"""A task started by a hint, on its way through the pool."""

from typing import Any

from celery.worker.request import Request

from config.celery import app, make_request_message
from tasks.room import Room


class HintRequest(Request):
    """Celery's request, which also frees its place in the room when the task ends."""

    def __init__(self, queue: str, room: Room, hostname: str) -> None:
        super().__init__(make_request_message(queue), app=app, hostname=hostname, decoded=True)
        self._room = room
        room.enter(self.id)

    def on_accepted(self, pid: str, time_accepted: float) -> None:
        """A pool process has started the task."""
        self._room.begin(self.id)
        super().on_accepted(pid, time_accepted)

    def on_success(self, failed__retval__runtime: tuple[Any, Any, Any], **kwargs: Any) -> None:  # noqa: ANN401
        """The task returned or raised."""
        try:
            super().on_success(failed__retval__runtime, **kwargs)
        finally:
            self._room.leave(self.id)

    def on_failure(self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False) -> None:  # noqa: ANN401, FBT001, FBT002 - Celery's signature.
        """The task raised, or its process died."""
        try:
            super().on_failure(exc_info, send_failed_event, return_ok)
        finally:
            self._room.leave(self.id)

    def on_timeout(self, soft: bool, timeout: float) -> None:  # noqa: FBT001 - Celery's signature.
        """The task exceeded a time limit; at the hard one its process is killed."""
        try:
            super().on_timeout(soft, timeout)
        finally:
            if not soft:
                self._room.leave(self.id)
