"""The ladder of the demo, which counts minutes instead of hours: what it does while somebody watches."""

from contextlib import suppress
from dataclasses import dataclass

from rich.console import Console

from config.demo.client import AnswerError, Client


@dataclass(slots=True)
class Watch:
    """Follows one message that waits for the next step of its ladder, if any does, and how many are overdue."""

    console: Console
    client: Client
    base: str
    message: str | None
    said: int = 0
    overdue: int = 0

    def __post_init__(self) -> None:
        if self.message is not None:
            self.console.print(
                f"\nThe ladder counts minutes here. Nobody has answered message {self.message}; this happens to it, "
                f"and {self.base}/admin/overdue lists what is overdue:",
                soft_wrap=True,
            )

    def look(self) -> None:
        """Say what has happened since the last look; what a busy machine doesn't answer in time is said at the next."""
        with suppress(OSError, AnswerError):
            self._say()

    def _say(self) -> None:
        if self.message is not None:
            steps = self.client.get(f"/v1/messages/{self.message}/trace")["ladder_steps"]
            for step in steps[self.said :]:
                self.console.print(f"  {step['at'][11:16]} UTC  {step['text']}", soft_wrap=True, markup=False)
            self.said = len(steps)
        overdue = len(self.client.get("/v1/overdue")["items"])
        if overdue != self.overdue:
            self.overdue = overdue
            self.console.print(f"  {overdue} messages are overdue now.", soft_wrap=True)
