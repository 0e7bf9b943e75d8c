"""What PostgreSQL writes into its own log: by default the values of a statement, and the row that it refuses."""

from sqlalchemy import Engine, text

# https://www.postgresql.org/docs/current/runtime-config-logging.html: with these it quotes neither a statement's
# parameters nor, in an error's DETAIL, a row.
SAFE = {"log_error_verbosity": "terse", "log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0"}


def unsafe_log_settings(engine: Engine) -> list[str]:
    """Return the settings by which this server's log may quote rows, each as `name=value`; none on SQLite."""
    if engine.dialect.name != "postgresql":
        return []
    wanted = text("select name, setting from pg_settings where name = any(:names) order by name")
    with engine.connect() as connection:
        found = connection.execute(wanted, {"names": list(SAFE)}).all()
    return [f"{row.name}={row.setting}" for row in found if row.setting != SAFE[row.name]]
