"""The accepting route with the commit left out: key, limits and validation as ever, and a receipt for nothing.

`python -m bench.uncommitted PORT`, told about its database like `careroute run`.
"""

import sys

import uvicorn

from adapters.database.unit_of_work import UnitOfWork
from config.settings import read_settings
from config.wiring import outbound, resources, web


def _leave_out(_work: UnitOfWork) -> None:
    """Neither send what was to be written nor commit: the transaction is rolled back when it is left."""


def main() -> None:
    """Serve."""
    UnitOfWork.commit = _leave_out  # type: ignore[method-assign,assignment]
    settings = read_settings()
    app = web.make_app(settings, resources.database(settings), outbound.hints(settings))
    uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main()
