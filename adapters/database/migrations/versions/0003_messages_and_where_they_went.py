"""Messages and where they went.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)
document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "conversation",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("chosen", sa.String(), nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("started_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "chosen"], ["staff.practice", "staff.id"], name=op.f("fk_conversation_practice_chosen")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "owner"], ["staff.practice", "staff.id"], name=op.f("fk_conversation_practice_owner")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "patient"], ["patient.practice", "patient.id"], name=op.f("fk_conversation_practice_patient")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "site"], ["site.practice", "site.id"], name=op.f("fk_conversation_practice_site")
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_conversation")),
    )
    op.create_index(
        op.f("ix_conversation_practice_owner"),
        "conversation",
        ["practice", "owner"],
        unique=False,
        postgresql_where=sa.text("owner is not null"),
        sqlite_where=sa.text("owner is not null"),
    )
    op.create_index(
        op.f("ix_conversation_practice_patient_topic_started_at"),
        "conversation",
        ["practice", "patient", "topic", "started_at"],
        unique=False,
    )

    op.create_table(
        "message",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation", sa.Uuid(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("parked_reason", sa.String(), nullable=True),
        sa.Column("parked_at", moment, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("accepted_at", moment, nullable=False),
        sa.Column("delivered_at", moment, nullable=True),
        sa.Column("opened_at", moment, nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice", "conversation"],
            ["conversation.practice", "conversation.id"],
            name=op.f("fk_message_practice_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "patient", "sender"],
            ["authorized_user.practice", "authorized_user.patient", "authorized_user.id"],
            name=op.f("fk_message_practice_patient_sender"),
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_message")),
        sa.UniqueConstraint("practice", "idempotency_key", name=op.f("uq_message_practice_idempotency_key")),
    )
    op.create_index(
        "ix_message_parked",
        "message",
        ["practice", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'parked'"),
        sqlite_where=sa.text("state = 'parked'"),
    )
    op.create_index(
        op.f("ix_message_practice_conversation_accepted_at"),
        "message",
        ["practice", "conversation", "accepted_at"],
        unique=False,
    )
    op.create_index(
        "ix_message_waiting",
        "message",
        ["practice", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'accepted'"),
        sqlite_where=sa.text("state = 'accepted'"),
    )

    op.create_table(
        "delivery",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("represents", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("handled_by", sa.String(), nullable=True),
        sa.Column("received_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "handled_by"], ["staff.practice", "staff.id"], name=op.f("fk_delivery_practice_handled_by")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "message"], ["message.practice", "message.id"], name=op.f("fk_delivery_practice_message")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_delivery_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("practice", "message", "staff", name=op.f("uq_delivery_practice_message_staff")),
    )
    op.create_index("ix_delivery_inbox", "delivery", ["practice", "staff", "state", "received_at", "id"], unique=False)

    op.create_table(
        "resolution",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("resolved_at", moment, nullable=False),
        sa.Column("distribution_version", sa.Integer(), nullable=False),
        sa.Column("recipients", document, nullable=False),
        sa.Column("trace", document, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "message"], ["message.practice", "message.id"], name=op.f("fk_resolution_practice_message")
        ),
        sa.PrimaryKeyConstraint("practice", "message", "number", name=op.f("pk_resolution")),
    )
