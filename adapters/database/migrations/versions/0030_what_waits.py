"""What waits for being routed, apart from the messages that are kept.

Processes of the release before write no rows here: a sweep adds what they leave out.

Revision ID: 0030
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0024"
branch_labels = None
depends_on = None

WAITING_NOW = """
insert into waiting (practice, kind, second, due_at, id)
select practice, 'route', floor(extract(epoch from due_at)), due_at, id from message where state = 'accepted'
"""


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "waiting",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("second", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "second", "practice", "due_at", "id", name=op.f("pk_waiting")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(WAITING_NOW)
    # The one that it replaces looks as empty as another one to the planner, which then takes that.
    held = sa.text("token is not null")
    op.create_index("ix_notification_held", "notification", ["token"], postgresql_where=held, sqlite_where=held)
    op.drop_index("ix_notification_token", "notification")
