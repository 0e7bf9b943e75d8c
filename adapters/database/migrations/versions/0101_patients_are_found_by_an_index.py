"""Patients are found by an index over what is looked for: name, record number and id, folded.

Revision ID: 0101
Revises: 0100

On PostgreSQL the index needs the extensions pg_trgm and btree_gin, which the owner of a database may create since
version 13. Where they aren't available, a search reads the folded texts of its practice instead.
"""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

UNFOLDED = sa.text("sought is null")
EXTENSIONS = """
do $$ begin
  create extension if not exists pg_trgm;
  create extension if not exists btree_gin;
exception when insufficient_privilege or undefined_file or feature_not_supported or invalid_schema_name then
  raise notice 'pg_trgm and btree_gin are not available: patients are found without an index';
end $$
"""
HAS_THEM = "select count(*) = 2 from pg_extension where extname in ('pg_trgm', 'btree_gin')"


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("patient", sa.Column("sought", sa.Text(), nullable=True))
    op.create_index(
        "ix_patient_unfolded", "patient", ["practice", "id"], postgresql_where=UNFOLDED, sqlite_where=UNFOLDED
    )
    if op.get_bind().dialect.name == "sqlite":
        _forget_on_sqlite()
    else:
        _forget_on_postgresql()
        op.execute(EXTENSIONS)
        if op.get_bind().exec_driver_sql(HAS_THEM).scalar_one():
            op.execute("create index ix_patient_sought on patient using gin (practice, sought gin_trgm_ops)")


def _forget_on_sqlite() -> None:
    """The release before changes names and knows nothing of the folded text: it is made anew."""
    op.execute(
        "create trigger patient_forgets_sought after update of name, record_number on patient"
        " when (new.name is not old.name or new.record_number is not old.record_number) and new.sought is old.sought"
        " begin update patient set sought = null where practice = new.practice and id = new.id; end"
    )


def _forget_on_postgresql() -> None:
    op.execute(
        "create function forget_sought() returns trigger language plpgsql as $$ begin"
        " if (new.name, new.record_number) is distinct from (old.name, old.record_number)"
        " and new.sought is not distinct from old.sought then new.sought := null; end if;"
        " return new; end $$"
    )
    op.execute(
        "create trigger patient_forgets_sought before update of name, record_number on patient"
        " for each row execute function forget_sought()"
    )
