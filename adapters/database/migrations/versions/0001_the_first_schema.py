"""The first schema.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)
document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "audit",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", document, nullable=False),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_audit")),
    )
    op.create_table(
        "practice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("roster_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("distribution_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_table(
        "relay",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paused_until", moment, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("queues", sa.Text(), nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "api_key",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scopes", document, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_api_key_practice")),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("id", name=op.f("uq_api_key_id")),
    )
    op.create_table(
        "distribution",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", document, nullable=False),
        sa.Column("changes", document, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("saved_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_distribution_practice")),
        sa.PrimaryKeyConstraint("practice", "version", name=op.f("pk_distribution")),
    )
    op.create_table(
        "site",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_site_practice")),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_site")),
    )
    op.create_table(
        "staff",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("roles", document, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_staff_practice")),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_staff")),
    )
    op.create_table(
        "absence",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("begins", moment, nullable=False),
        sa.Column("ends", moment, nullable=False),
        sa.Column("cover", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice", "cover"], ["staff.practice", "staff.id"], name=op.f("fk_absence_practice_cover")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_absence_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "staff", name=op.f("pk_absence")),
    )
    op.create_table(
        "patient",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("record_number", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("home_site", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "home_site"], ["site.practice", "site.id"], name=op.f("fk_patient_practice_home_site")
        ),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_patient_practice")),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_patient")),
    )
    op.create_table(
        "authorized_user",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("permissions", document, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "patient"],
            ["patient.practice", "patient.id"],
            name=op.f("fk_authorized_user_practice_patient"),
        ),
        sa.PrimaryKeyConstraint("practice", "patient", "id", name=op.f("pk_authorized_user")),
    )
    op.create_table(
        "care_team_member",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "patient"],
            ["patient.practice", "patient.id"],
            name=op.f("fk_care_team_member_practice_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_care_team_member_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "patient", "staff", name=op.f("pk_care_team_member")),
    )
    with op.batch_alter_table("care_team_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_team_member_practice_staff"), ["practice", "staff"], unique=False)

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
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conversation_practice_owner"),
            ["practice", "owner"],
            unique=False,
            postgresql_where=sa.text("owner is not null"),
            sqlite_where=sa.text("owner is not null"),
        )
        batch_op.create_index(
            batch_op.f("ix_conversation_practice_patient_topic_started_at"),
            ["practice", "patient", "topic", "started_at"],
            unique=False,
        )

    op.create_table(
        "patient_site",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "patient"], ["patient.practice", "patient.id"], name=op.f("fk_patient_site_practice_patient")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "site"], ["site.practice", "site.id"], name=op.f("fk_patient_site_practice_site")
        ),
        sa.PrimaryKeyConstraint("practice", "patient", "site", name=op.f("pk_patient_site")),
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
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_parked",
            ["practice", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'parked'"),
            sqlite_where=sa.text("state = 'parked'"),
        )
        batch_op.create_index(
            batch_op.f("ix_message_practice_conversation_accepted_at"),
            ["practice", "conversation", "accepted_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_message_waiting",
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
        sa.Column("received_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "message"], ["message.practice", "message.id"], name=op.f("fk_delivery_practice_message")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_delivery_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("practice", "message", "staff", name=op.f("uq_delivery_practice_message_staff")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_inbox", ["practice", "staff", "state", "received_at", "id"], unique=False)

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
    op.create_table(
        "notification",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("token", sa.Uuid(), nullable=True),
        sa.Column("deferrals", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "delivery"],
            ["delivery.practice", "delivery.id"],
            name=op.f("fk_notification_practice_delivery"),
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_notification")),
        sa.UniqueConstraint("practice", "delivery", name=op.f("uq_notification_practice_delivery")),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notification_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("state in ('due', 'leased')"),
            sqlite_where=sa.text("state in ('due', 'leased')"),
        )
        batch_op.create_index(
            "ix_notification_parked",
            ["practice", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'parked'"),
            sqlite_where=sa.text("state = 'parked'"),
        )
        batch_op.create_index(
            "ix_notification_token",
            ["token"],
            unique=False,
            postgresql_where=sa.text("state in ('due', 'leased')"),
            sqlite_where=sa.text("state in ('due', 'leased')"),
        )

    op.create_table(
        "attempt",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("notification", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "notification"],
            ["notification.practice", "notification.id"],
            name=op.f("fk_attempt_practice_notification"),
        ),
        sa.PrimaryKeyConstraint("practice", "notification", "number", name=op.f("pk_attempt")),
    )
