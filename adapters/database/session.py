"""Session settings for PostgreSQL, and checks of the server and of poolers in front of it."""

import psycopg
from sqlalchemy import Connection, Engine, text

# Set after connecting rather than by startup parameters, because poolers reject parameters that they don't know.
#
# With synchronous_commit at `on`, COMMIT returns once the transaction is on disk on the server and on its synchronous
# standbys, whatever the default of the server or the role is. Only `remote_apply` guarantees more than `on`.
SETTINGS = """
select set_config('timezone', 'UTC', false),
    -- The driver reads moments and intervals in these styles only.
    set_config('datestyle', 'ISO', false),
    set_config('intervalstyle', 'postgres', false),
    set_config('lock_timeout', '15s', false),
    set_config('idle_in_transaction_session_timeout', '60s', false),
    -- What a busy moment needed is given back to the server; the pool replaces the session where it is needed again.
    -- PostgreSQL has it since version 14.
    (select count(set_config(name, '5min', false)) from pg_settings where name = 'idle_session_timeout'),
    -- A limit that was meant for people's queries would end a batch, and the same batch again at each try.
    -- PostgreSQL has the second one since version 17.
    (select count(set_config(name, '0', false))
        from pg_settings where name in ('statement_timeout', 'transaction_timeout')),
    -- Row locks are taken as this level takes them; the others raise where somebody came first.
    set_config('default_transaction_isolation', 'read committed', false),
    -- Join tables in the order in which the statement names them. Left to itself the planner starts with the table
    -- that already has statistics, and reads all staff times all of their deliveries.
    set_config('join_collapse_limit', '1', false),
    -- Use an index where there is one. Plans are kept, and one made while a table was empty would read all of it for
    -- each row that is looked up, until the connection discards its plans.
    set_config('enable_seqscan', 'off', false),
    -- Statements here take milliseconds; compiling one for a costly estimate could take longer than running it.
    set_config('jit', 'off', false),
    set_config('synchronous_commit',
        case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply' else 'on' end, false),
    -- Which server it is: another one, or the same one started again, has another moment.
    pg_postmaster_start_time()::text || ' ' || (select oid from pg_database where datname = current_database())
"""
# With either of these off, a crash of the machine can lose committed transactions or corrupt the database.
SAFE = ("fsync", "full_page_writes")
SESSION = text("select pg_backend_pid()")


def settle(connection: psycopg.Connection) -> str:
    """Apply the settings to a new connection; returns which server and database it is connected to."""
    # Settings made inside a transaction would be lost on rollback.
    connection.autocommit = True
    told = connection.execute(SETTINGS).fetchone()
    connection.autocommit = False
    return str(told[-1]) if told else ""


def find_unsafe_settings(engine: Engine) -> list[str]:
    """The server settings under which a crash of the machine can lose committed transactions.

    Always empty for SQLite, whose settings Careroute makes itself.
    """
    if engine.dialect.name == "sqlite":
        return []
    with engine.connect() as connection:
        shown = {name: connection.exec_driver_sql(f"show {name}").scalar_one() for name in SAFE}
    return [name for name, value in shown.items() if value == "off"]


def find_narrow_encoding(engine: Engine) -> str | None:
    """The encoding of the database if it can't hold every text; None for UTF-8, which SQLite always has."""
    if engine.dialect.name == "sqlite":
        return None
    with engine.connect() as connection:
        encoding: str = connection.exec_driver_sql("show server_encoding").scalar_one()
    return None if encoding == "UTF8" else encoding


def is_read_only(engine: Engine) -> bool:
    """Whether the server or the role allows reading only, as a standby does."""
    if engine.dialect.name == "sqlite":
        return False
    with engine.connect() as connection:
        reads: str = connection.exec_driver_sql("show transaction_read_only").scalar_one()
        if reads == "on":
            # The session would stay as it is.
            connection.invalidate()
    return reads == "on"


def shares_sessions(engine: Engine) -> bool:
    """Whether a pooler assigns server sessions per transaction, so that settings and prepared statements don't last."""
    if engine.dialect.name == "sqlite":
        return False
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as first, engine.connect() as second:
        before = _session(first)
        # The second stays in a transaction from here on, so its session can't be handed back to the first.
        return _session(second) == before or _session(first) != before


def _session(connection: Connection) -> int:
    session: int = connection.execute(SESSION).scalar_one()
    return session
