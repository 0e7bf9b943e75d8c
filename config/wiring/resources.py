"""Resources that every process needs: the database, ids and the logger."""

import secrets
from uuid import UUID

import structlog

from adapters.database.engine import make_engine
from adapters.database.ids import uuid7
from adapters.database.unit_of_work import Database
from config.settings import Settings

logger = structlog.get_logger("careroute")


class RandomIds:
    """See router.ports.services.Ids."""

    def new(self) -> UUID:
        """A UUIDv7 (RFC 9562), later ones sorting later."""
        return uuid7()

    def secret(self) -> str:
        """256 random bits, safe in URLs."""
        return secrets.token_urlsafe(32)


def database(settings: Settings) -> Database:
    """The database; a SQLite file's folder is made where it is missing."""
    if settings.database.startswith("sqlite"):
        settings.careroute_data_dir.mkdir(parents=True, exist_ok=True)
    return Database(make_engine(settings.database))


def say(line: str) -> None:
    """Tell whoever started this process what it waits for."""
    logger.warning(line)
