"""The audit is append-only: the database itself refuses to change or delete its rows.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REFUSAL = "audit rows are append-only"


def upgrade() -> None:
    """Add the triggers, in the words of each database."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"create trigger audit_refuses_{act} before {act} on audit begin select raise(abort, '{REFUSAL}'); end"
            )
        return
    op.execute(
        "create function refuse_audit_change() returns trigger language plpgsql as "
        f"$$ begin raise exception '{REFUSAL}'; end $$"
    )
    op.execute(
        "create trigger audit_refuses_change before update or delete or truncate on audit "
        "for each statement execute function refuse_audit_change()"
    )
