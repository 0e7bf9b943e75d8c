"""A PostgreSQL whose own log would quote rows is noticed."""

from sqlalchemy import Engine

from adapters.database.engine import make_engine
from adapters.database.log_settings import unsafe_log_settings


def test_a_log_that_would_quote_rows_is_named(engine_without_schema: Engine, database_url: str) -> None:
    if engine_without_schema.dialect.name == "sqlite":
        assert unsafe_log_settings(engine_without_schema) == []
        return

    assert unsafe_log_settings(engine_without_schema) == ["log_error_verbosity=default", "log_parameter_max_length=-1"]

    name = make_engine(database_url).url.database
    with engine_without_schema.begin() as connection:
        for setting in ("log_error_verbosity = terse", "log_parameter_max_length = 0"):
            connection.exec_driver_sql(f'alter database "{name}" set {setting}')
    engine_without_schema.dispose()
    assert unsafe_log_settings(engine_without_schema) == []
