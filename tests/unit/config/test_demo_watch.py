"""What the demo says of its ladder while somebody watches."""

from io import StringIO
from typing import Any

from rich.console import Console

from config.demo.client import Client
from config.demo.watch import Watch


class SlowClient(Client):
    """Answers the second time that it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def get(self, path: str) -> Any:  # noqa: ANN401, ARG002 - as the client has it.
        self.asked += 1
        if self.asked == 1:
            raise TimeoutError
        return {"items": [1, 2]}


def test_a_service_that_does_not_answer_in_time_does_not_end_the_demo() -> None:
    said = StringIO()
    watched = Watch(Console(file=said), SlowClient(), "http://127.0.0.1", None)

    watched.look()
    before = said.getvalue()
    watched.look()

    assert (before, said.getvalue().strip()) == ("", "2 messages are overdue now.")
