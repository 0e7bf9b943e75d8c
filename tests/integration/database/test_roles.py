"""The role that the application works as, made by ops/roles.sql: it does all that Careroute does, and owns nothing."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import exc, make_url

from adapters.database import schema
from adapters.database.engine import make_engine
from adapters.database.repositories.roster_imports import ANALYZE
from tests.house import House
from tests.servers.installation import find_installation

SCRIPT = Path(__file__).resolve().parents[3] / "ops" / "roles.sql"

REFUSED = r"must be owner|permission denied|append-only"


def make_role(url: str) -> None:
    """Run the script as compose does."""
    parts = make_url(url)
    where = {"PGHOST": str(parts.host), "PGPORT": str(parts.port), "PGUSER": str(parts.username)}
    given = where | {"PGDATABASE": str(parts.database), "APP_PASSWORD": "it's secret"}
    command: list[str | Path] = [find_installation().binary("psql"), "--no-psqlrc", "--quiet", f"--file={SCRIPT}"]
    done = subprocess.run(command, env=os.environ | given, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("migrated_first", [False, True])
def test_the_application_works_as_a_role_that_can_not_take_the_audits_triggers_away(
    postgres_url: str, *, migrated_first: bool
) -> None:
    owner = make_engine(postgres_url)
    if migrated_first:
        schema.migrate(owner)
    make_role(postgres_url)
    make_role(postgres_url)
    schema.migrate(owner)
    app = make_engine(str(make_url(postgres_url).set(username="careroute_app").render_as_string(hide_password=False)))

    house = House(app).furnish()
    house.write()
    assert (house.route.run().routed, house.notify.run().sent) == (1, 1)
    assert house.breaches() == {}
    with app.begin() as connection:
        connection.execute(ANALYZE)
        known = "select reltuples from pg_class where relname = 'patient'"
        assert connection.exec_driver_sql(known).scalar_one() > 0

    for statement in (
        "drop trigger audit_refuses_change on audit",
        "alter table audit disable trigger all",
        "set session_replication_role = replica",
        "create or replace function refuse_audit_change() returns trigger language plpgsql as 'begin return null; end'",
        "drop table audit",
        "truncate audit",
        "create table other (id int)",
        "delete from audit",
        "update audit set actor = 'nobody'",
    ):
        with (
            pytest.raises(exc.DBAPIError, match=r"must be owner|permission denied|append-only"),
            app.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
    assert house.operations.audit("clinic", None, 1)
    for engine in (owner, app):
        engine.dispose()
