"""What is checked when a process of a PostgreSQL installation starts: its secret, and the server's log."""

from sqlalchemy import exc

from adapters.database.log_settings import unsafe_log_settings
from adapters.database.unit_of_work import Database
from config.errors import SettingsError
from config.settings import Mode, Settings
from config.wiring import resources

SECRET_BYTES = 32
TOO_SHORT = "SECRET_KEY must have at least 32 bytes: openssl rand -base64 48 prints one"


def check(settings: Settings, database: Database) -> None:
    """Warn of what an installation should change. Raises SettingsError for too short a secret in a new one."""
    if settings.mode is Mode.EMBEDDED:
        return
    if has_short_secret(settings):
        with database.look() as work:
            is_new = not work.practices.all()
        if is_new:
            raise SettingsError(TOO_SHORT)
        resources.logger.warning("SECRET_KEY is too short: replace it; this invalidates links in emails already sent")
    try:
        unsafe = unsafe_log_settings(database.engine)
    except exc.SQLAlchemyError:
        # The next step that needs the database reports it.
        return
    if unsafe:
        resources.logger.warning("PostgreSQL's log may quote patients' texts: see docs/security.md", settings=unsafe)


def has_short_secret(settings: Settings) -> bool:
    """Whether the secret can be guessed more easily than what is derived from it."""
    given = settings.secret_key
    return given is not None and len(given.get_secret_value().encode()) < SECRET_BYTES
