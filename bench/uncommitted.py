"""The accepting route with the commit left out: key, limits and validation as ever, and a receipt for nothing.

`python -m bench.uncommitted PORT`, told about its database like `careroute run`.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import uvicorn

from adapters.http.gather import Gather
from config.settings import read_settings
from config.wiring import channels, rooms, web
from router.actors import Actor
from router.errors import Refusal
from router.flows.accept import Accept
from router.message import AnyDraft, State
from router.records import Receipt


class AcceptNothing(Accept):
    """Answers as accepting does, and stores nothing."""

    def accept(self, _practice: str, drafts: Sequence[AnyDraft], _by: Actor) -> list[Receipt | Refusal]:
        """A receipt for each."""
        now = datetime.now(UTC)
        return [Receipt(self.ids.new(), self.ids.new(), State.ACCEPTED, "Billing Office", now) for _ in drafts]


def main() -> None:
    """Serve."""
    settings = read_settings()
    database, hints = rooms.database(settings), channels.hints(settings)
    app = web.make_app(settings, database, hints)
    app.state.gather = Gather(AcceptNothing(database, hints, rooms.RandomIds()))
    uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main()
