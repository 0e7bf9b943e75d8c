"""Whether a `done` of what somebody had by a forward counts for everybody, and when a reply kept a message open.

Revision ID: 0230
Revises: 0220

Triggers write down the first as it is at that moment, also for the release before, and forget the second where the
release before, which doesn't write it, keeps a message open again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0230"
down_revision = "0220"
branch_labels = None
depends_on = None

# Of what was a forward and isn't any more, it is forgotten.
BY_FORWARD = "(new.step = 'forward' or new.finishes is not null) and (old.state = 'done') <> (new.state = 'done')"
KEPT_AS_BEFORE = "new.kept_open and new.kept_open_at is not null"
OWNER = """(
    select conversation.owner from message
    join conversation on conversation.practice = message.practice and conversation.id = message.conversation
    where message.practice = new.practice and message.id = new.message
)"""
NOTE_IN_ROW = """
    update delivery
    set finishes = case when new.step = 'forward' then case new.state when 'done' then new.staff is OWNER end end
    where practice = new.practice and id = new.id;
""".replace("OWNER", OWNER)
NOTE_IN_RECORD = """
    new.finishes := case when new.step = 'forward' and new.state = 'done' then new.staff is not distinct from OWNER end;
    return new;
""".replace("OWNER", OWNER)
FORGET_IN_ROW = "update message set kept_open_at = null where practice = new.practice and id = new.id;"
FORGET_IN_RECORD = "new.kept_open_at := null; return new;"


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("delivery", sa.Column("finishes", sa.Boolean(), nullable=True))
    op.add_column("message", sa.Column("kept_open_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        same = "new.kept_open_at is old.kept_open_at"
        _trigger("delivery_finishes", "after update of state on delivery", BY_FORWARD, f"begin {NOTE_IN_ROW} end")
        forgetting = f"{KEPT_AS_BEFORE} and {same}"
        _trigger("message_kept_open", "after update of kept_open on message", forgetting, f"begin {FORGET_IN_ROW} end")
        return
    for name, body in (("note_finishes", NOTE_IN_RECORD), ("forget_kept_open", FORGET_IN_RECORD)):
        op.execute(f"create function {name}() returns trigger language plpgsql as $$ begin {body} end $$")
    forgetting = f"({KEPT_AS_BEFORE} and new.kept_open_at is not distinct from old.kept_open_at)"
    note, forget = "execute function note_finishes()", "execute function forget_kept_open()"
    _trigger("delivery_finishes", "before update of state on delivery", f"({BY_FORWARD})", note)
    _trigger("message_kept_open", "before update of kept_open on message", forgetting, forget)


def _trigger(name: str, event: str, condition: str, done: str) -> None:
    op.execute(f"create trigger {name} {event} for each row when {condition} {done}")
