"""What is checked when a process of a PostgreSQL installation starts: its secret, and the server's log."""

from sqlalchemy import exc

from adapters.database.log_settings import unsafe_log_settings
from adapters.database.unit_of_work import Database
from config.errors import SettingsError
from config.settings import Mode, Settings
from config.wiring import resources, secret
from router.errors import UnavailableError

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
    else:
        _compare_secrets(settings, database)
    try:
        unsafe = unsafe_log_settings(database.engine)
    except exc.SQLAlchemyError:
        # The next step that needs the database reports it.
        return
    if unsafe:
        resources.logger.warning("PostgreSQL's log may quote patients' texts: see docs/security.md", settings=unsafe)


def _compare_secrets(settings: Settings, database: Database) -> None:
    """Warn where the process that started before has another secret: links that the one makes are none to the other."""
    own = secret.fingerprint(settings)
    try:
        with database.begin() as work:
            before = work.operations.use_secret(own)
            work.commit()
    except UnavailableError:
        # Nothing can be stored for now, which is logged elsewhere.
        return
    if before not in {None, own}:
        resources.logger.warning(
            "SECRET_KEY is another one than that of the process that started before: unless you are changing it, give "
            "all processes the same; links in emails that one of them makes don't open at the others"
        )


def has_short_secret(settings: Settings) -> bool:
    """Whether the secret can be guessed more easily than what is derived from it."""
    given = settings.secret_key
    return given is not None and len(given.get_secret_value().encode()) < SECRET_BYTES
