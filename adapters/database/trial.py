"""Finding out whether the database stores again, for a process that has nothing to store."""

import secrets
from uuid import uuid4

from sqlalchemy import Engine, exc, func, insert

from adapters.database.outage import Outage
from adapters.database.tables import quarantine
from adapters.database.trouble import trouble_of

# A full disk still takes what fits into a page that is there. Random, since what repeats is compressed.
SIZE = 64 * 1024


def try_to_store(engine: Engine, outage: Outage) -> None:
    """Store something large and take it back, if storing failed some time ago and nobody has tried since.

    Not on SQLite, which writes nothing before the commit: there, a worker in the same process stores all the time.
    """
    if not outage.is_to_be_tried or engine.dialect.name == "sqlite":
        return
    row = {"id": uuid4(), "digest": secrets.token_hex(), "reason": "", "wrong": [], "fields": [], "size": SIZE}
    large = insert(quarantine).values(**row, body=secrets.token_bytes(SIZE), received_at=func.now())
    try:
        with engine.connect() as connection:
            connection.execute(large)
            connection.rollback()
    except exc.TimeoutError:
        # All connections are in use, and the requests that have them will notice.
        return
    except exc.DBAPIError as error:
        trouble = trouble_of(error)
        if trouble is not None:
            outage.failed(trouble, error)
    else:
        outage.stored()
