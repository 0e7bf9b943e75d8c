"""${message}.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}

The version before goes on working on this schema while an upgrade is under way: add tables, and columns that may be
null or have a server default; what nobody uses any more goes in a later version. All revisions run in one transaction
and give up on a lock after the LOCK_TIMEOUT of env.py. On PostgreSQL fill big tables in slices, not here.
"""

import sqlalchemy as sa
from alembic import op

${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    ${upgrades if upgrades else "pass"}
