"""What waits for an answer, without what is done; steps that failed; and alerted runs that nothing looks at again.

Revision ID: 0170
Revises: 0160

`done_at` is written by the new release and forgotten by triggers, since the release before makes messages wait again,
too, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0170"
down_revision = "0160"
branch_labels = None
depends_on = None

FAILED = "failed_at is not null and ended_at is null"
UNWATCHED = "ended_at is null and due_at is null and (alerted_at is not null or failed_at is not null)"
AWAITED = "(kept_open or (state <> 'answered' and outcome is null and done_at is null))"
INDEXES = (
    ("ix_ladder_run_failed", "ladder_run", "message", FAILED),
    ("ix_ladder_run_unwatched", "ladder_run", "message", UNWATCHED),
    ("ix_message_unanswered", "message", "id", AWAITED),
    ("ix_message_awaited", "message", "answer_by", f"answer_by is not null and {AWAITED}"),
)
# Somebody who was done with it has it again; or its topic was corrected, and others take care of it.
AGAIN = (
    ("delivery_awaits", "update of state on delivery", "old.state = 'done' and new.state <> 'done'"),
    ("topic_change_awaits", "insert on topic_change", ""),
)
FORGET = "update message set done_at = null where practice = new.practice and id = new.message"


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("message", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    for name, table, column, condition in INDEXES:
        holds = sa.text(condition)
        op.create_index(name, table, ["practice", column], postgresql_where=holds, sqlite_where=holds)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(
            f"create function forget_done() returns trigger language plpgsql as $$ begin {FORGET}; return null; end $$"
        )
    done = f"begin {FORGET}; end" if is_sqlite else "execute function forget_done()"
    for name, event, condition in AGAIN:
        when = f" when ({condition})" if condition else ""
        op.execute(f"create trigger {name} after {event} for each row{when} {done}")
