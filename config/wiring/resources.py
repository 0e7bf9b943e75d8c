"""Resources that every process needs: the database, ids and the logger."""

import os
import secrets
from pathlib import Path
from uuid import UUID
from zoneinfo import available_timezones

import structlog
from typing_extensions import override

from adapters.database.engine import make_engine
from adapters.database.ids import uuid7
from adapters.database.unit_of_work import Database
from config.broker_url import weakness_of
from config.errors import SettingsError
from config.logging import describe
from config.settings import Settings
from router.ports.services import Ids

logger = structlog.get_logger("careroute")


class RandomIds(Ids):
    """See router.ports.services.Ids."""

    @override
    def new(self) -> UUID:
        return uuid7()

    @override
    def secret(self) -> str:
        """256 random bits, safe in URLs."""
        return secrets.token_urlsafe(32)


class InstalledTimeZones:
    """See router.ports.services.TimeZones."""

    def has(self, name: str) -> bool:
        """Whether this is the name of an IANA time zone."""
        return name in available_timezones()


def make_folder(folder: Path) -> None:
    """Create the data folder if it is missing. Raises SettingsError if it can't be created or written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"CAREROUTE_DATA_DIR can't be created: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError("CAREROUTE_DATA_DIR can't be written to")


def database(settings: Settings) -> Database:
    """The database; a SQLite file's folder is made where it is missing."""
    if settings.database.startswith("sqlite"):
        make_folder(settings.careroute_data_dir)
    return Database(make_engine(settings.database))


def report_accepting(practice: str, key: str, error: Exception) -> None:
    """Log that a message could not be accepted; `key` refers to its idempotency key (see key_reference)."""
    logger.error("accepting failed", practice=practice, key=key, **describe(error))


def say_weakness(settings: Settings) -> None:
    """Log a warning if the broker's certificate isn't verified."""
    weakness = weakness_of(settings.broker)
    if weakness:
        logger.error(weakness)


def say(line: str) -> None:
    """Tell whoever started this process what it waits for."""
    logger.warning(line)
