"""Resources that every process needs: the database, ids and the logger."""

import secrets
from collections.abc import Mapping
from datetime import tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import structlog
from typing_extensions import override

from adapters.database.engine import make_engine
from adapters.database.ids import uuid7
from adapters.database.outage import Outage
from adapters.database.unit_of_work import Database
from config.broker_url import weakness_of
from config.logging import describe
from config.settings import Settings
from config.wiring import data_folder
from router.ports.services import Ids, TimeZones

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


# Files beside the zones of the IANA database: this machine's own setting, and the zone of one that has none.
NO_ZONES = frozenset({"localtime", "Factory"})


class InstalledTimeZones(TimeZones):
    """See router.ports.services.TimeZones."""

    @override
    def has(self, name: str) -> bool:
        return name not in NO_ZONES and name in available_timezones()

    @override
    def get(self, name: str) -> tzinfo | None:
        try:
            # Kept by zoneinfo itself: only the first look at a zone reads the disk.
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None


def database(settings: Settings, outage: Outage | None = None) -> Database:
    """The database; a SQLite file's folder is made where it is missing. Processes that go on log its `outage`."""
    if settings.database.startswith("sqlite"):
        data_folder.prepare(settings.careroute_data_dir)
    return Database(make_engine(settings.database), outage=outage)


def logged_outage() -> Outage:
    """Notices outages and interruptions, and logs them."""
    return Outage(_report_outage, report_interruption=_report_interruption)


def _report_interruption(reason: str) -> None:
    """Log that a statement waited too long for a lock, was cancelled, or lost against another."""
    logger.warning("database interrupted", reason=reason)


def _report_outage(reason: str | None) -> None:
    """Log that the database stopped storing, and the server's reason, or that it stores again."""
    if reason is None:
        logger.warning("database available again")
    else:
        logger.error("database unavailable", reason=reason)


def report_accepting(practice: str, key: str, error: Exception) -> None:
    """Log that a message could not be accepted; `key` refers to its idempotency key (see key_reference)."""
    logger.error("accepting failed", practice=practice, key=key, **describe(error))


def say_weakness(settings: Settings) -> None:
    """Log a warning if the broker's certificate isn't verified."""
    weakness = weakness_of(settings.broker)
    if weakness:
        logger.error(weakness)


def report_ended_connections(counts: Mapping[str, int]) -> None:
    """Log how many connections were refused or cut within a second, by reason."""
    logger.warning(
        "connections refused or cut", **{reason.replace(" ", "_"): count for reason, count in counts.items()}
    )


def say(line: str) -> None:
    """Print on the terminal what this process waits for."""
    logger.warning(line)
