"""Each room, made from the settings."""

import secrets
from uuid import UUID

import structlog
from uuid_utils.compat import uuid7

from adapters.broker.hints import BackgroundHints
from adapters.database.engine import make_engine
from adapters.database.unit_of_work import Database
from adapters.email.address import parse
from adapters.email.catcher import Catcher
from adapters.email.render import Renderer
from adapters.email.smtp import SmtpMailer
from config import celery
from config.logging import describe
from config.settings import Settings, SettingsError
from config.wiring.journal import NUMBERS
from router.notification import Kind, LeasedNotification
from router.ports import LinkTokens

logger = structlog.get_logger("careroute")


class RandomIds:
    """See router.ports.Ids."""

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


def hints(settings: Settings) -> BackgroundHints:
    """Hints through Celery."""
    celery.connect(settings.broker)
    return BackgroundHints(celery.publish, _report_hint)


def _report_hint(queue: str, error: Exception) -> None:
    NUMBERS.hint_unpublished(queue)
    logger.warning("hint not published", queue=queue, **describe(error))


def catcher(settings: Settings) -> Catcher | None:
    """The mail catcher where no relay is set; it must be started."""
    return Catcher(settings.careroute_data_dir / "mail") if settings.relay is None else None


def mailer(settings: Settings, relay: str) -> SmtpMailer:
    """Sends through the relay, or through the catcher's own address.

    Raises SettingsError where SMTP_URL or MAIL_FROM can't be used after all.
    """
    try:
        made = SmtpMailer(parse(relay), Renderer(settings.mail_from))
    except ValueError as error:
        raise SettingsError(str(error)) from None
    made.observe = NUMBERS.sent
    return made


def link(settings: Settings, tokens: LinkTokens, leased: LeasedNotification) -> str:
    """Where whoever is told signs in and reads, or chooses a password."""
    base = settings.public_url.rstrip("/")
    match leased.kind:
        case Kind.STAFF_DELIVERY:
            return f"{base}/inbox?delivery={leased.about}"
        case Kind.PATIENT_REPLY:
            return f"{base}/portal"
    return f"{base}/password?link={tokens.of(leased.id)}"


def report_routing(practice: str, message: str, error: Exception) -> None:
    """Say that something could not be routed: ids and the kind of error."""
    NUMBERS.failed()
    logger.error("routing failed", practice=practice, message=message, **describe(error))


def say(line: str) -> None:
    """Tell whoever started this process what it waits for."""
    logger.warning(line)
