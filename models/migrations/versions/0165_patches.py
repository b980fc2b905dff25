"""Patches: what is done about a pattern, whom it concerns, who was asked; two messages that enterprises hear.

Revision ID: 0165
Revises: 0141
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId

revision = "0165"
down_revision = "0160"
branch_labels = None
depends_on = None

_KINDS = (
    "'new_ticket', 'followed_up', 'retyped', 'urged', 'withdrawn', 'accepted', 'replied', 'progressed', "
    "'resolved', 'confirmed', 'disputed', 'rebounded', 'registered', 'media', 'new_owner', 'raised', "
    "'call_announced', 'call_cancelled', 'call_missed', 'extended', 'not_extended', 'paused', 'resumed', "
    "'helped', 'declined', 'upheld', 'overturned', 'reassigned', 'written_off', 'colleague_acted', "
    "'media_lost', 'still_open', 'reckoned'"
)
_NEW = ", 'patch_asked', 'patch_changed'"


def _has_cause(kinds: str) -> None:
    rule = (
        f"(ticket_id is not null and event_id is not null) or kind not in ({kinds})"
        " or (call_id is not null and (kind = 'call_announced' or kind = 'call_cancelled'))"
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("ck_outbox_has_cause"), type_="check")
        outbox.create_check_constraint(op.f("ck_outbox_has_cause"), rule)


def upgrade() -> None:
    _has_cause(_KINDS + _NEW)
    op.create_table(
        "patches",
        sa.Column("id", BigId, nullable=False),
        sa.Column("pattern_id", BigId, nullable=False),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("owner_id", BigId, nullable=False),
        sa.Column("regions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("steps", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("document_title", sa.String(length=200), nullable=False),
        sa.Column("clause", sa.String(length=100), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("change", sa.String(length=300), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("took_effect_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evaluate_days", sa.Integer(), nullable=False),
        sa.Column("evaluate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sweep_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", BigId, nullable=False),
        sa.CheckConstraint(
            "cause = 'unclear' or cause = 'not_executed' or cause = 'loop' or cause = 'resources' or cause = 'counterparty' or cause = 'other'",
            name=op.f("ck_patches_cause"),
        ),
        sa.CheckConstraint(
            "not (state in ('in_effect', 'evaluating', 'effective', 'ineffective')) or took_effect_at is not null",
            name=op.f("ck_patches_in_force_since"),
        ),
        sa.CheckConstraint(
            "state <> 'issued' or (document_title <> '' and change <> '' and effective_on is not null)",
            name=op.f("ck_patches_issued_whole"),
        ),
        sa.CheckConstraint(
            "state = 'proposed' or state = 'drafting' or state = 'consulting' or state = 'issued' or state = 'in_effect' or state = 'evaluating' or state = 'effective' or state = 'ineffective' or state = 'dropped'",
            name=op.f("ck_patches_state"),
        ),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_patches_key_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["officials.id"], name=op.f("fk_patches_owner_id")),
        sa.ForeignKeyConstraint(["pattern_id"], ["patterns.id"], name=op.f("fk_patches_pattern_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patches")),
    )
    op.create_index(
        "ix_patches_effective",
        "patches",
        ["effective_on"],
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_index(
        "ix_patches_evaluate",
        "patches",
        ["evaluate_at"],
        sqlite_where=sa.text("evaluate_at is not null"),
        postgresql_where=sa.text("evaluate_at is not null"),
    )
    op.create_index(
        "ix_patches_sweep",
        "patches",
        ["sweep_until"],
        sqlite_where=sa.text("sweep_until is not null"),
        postgresql_where=sa.text("sweep_until is not null"),
    )
    op.create_index("ix_patches_owner", "patches", ["owner_id", "id"])
    op.create_index(op.f("ix_patches_pattern_id"), "patches", ["pattern_id"])
    op.create_table(
        "patch_events",
        sa.Column("id", BigId, nullable=False),
        sa.Column("patch_id", BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("actor_role", sa.String(length=12), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("signed", sa.String(length=160), nullable=False),
        sa.Column("from_state", sa.String(length=11), nullable=True),
        sa.Column("to_state", sa.String(length=11), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["patch_id"], ["patches.id"], name=op.f("fk_patch_events_patch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patch_events")),
        sa.UniqueConstraint("patch_id", "seq", name=op.f("uq_patch_events_patch_id_seq")),
    )
    op.create_table(
        "patch_asks",
        sa.Column("id", BigId, nullable=False),
        sa.Column("patch_id", BigId, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", BigId, nullable=True),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_reported", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"], name=op.f("fk_patch_asks_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_patch_asks_event_id")),
        sa.ForeignKeyConstraint(["patch_id"], ["patches.id"], name=op.f("fk_patch_asks_patch_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_patch_asks_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_patch_asks_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patch_asks")),
        sa.UniqueConstraint(
            "patch_id", "round", "enterprise_id", name=op.f("uq_patch_asks_patch_id_round_enterprise_id")
        ),
    )
    op.create_index("ix_patch_asks_enterprise", "patch_asks", ["enterprise_id", "id"])
    op.create_index("ix_patch_asks_ticket", "patch_asks", ["ticket_id"])
    op.create_index(
        "ix_patch_asks_unasked",
        "patch_asks",
        ["patch_id"],
        sqlite_where=sa.text("asked_at is null"),
        postgresql_where=sa.text("asked_at is null"),
    )
    op.create_index(
        "ix_patch_asks_unreported",
        "patch_asks",
        ["patch_id"],
        sqlite_where=sa.text("answered_at is not null and not is_reported"),
        postgresql_where=sa.text("answered_at is not null and not is_reported"),
    )
    op.create_table(
        "patch_cases",
        sa.Column("patch_id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("event_id", BigId, nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_reported", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind = 'affected' or kind = 'stumbled' or kind = 'cleared'", name=op.f("ck_patch_cases_kind")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_patch_cases_event_id")),
        sa.ForeignKeyConstraint(["patch_id"], ["patches.id"], name=op.f("fk_patch_cases_patch_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_patch_cases_ticket_id")),
        sa.PrimaryKeyConstraint("patch_id", "ticket_id", name=op.f("pk_patch_cases")),
    )
    op.create_index("ix_patch_cases_ticket", "patch_cases", ["ticket_id"])
    op.create_index(
        "ix_patch_cases_unreported",
        "patch_cases",
        ["patch_id"],
        sqlite_where=sa.text("kind = 'stumbled' and not is_reported"),
        postgresql_where=sa.text("kind = 'stumbled' and not is_reported"),
    )
    op.create_index(
        "ix_patch_cases_untold",
        "patch_cases",
        ["patch_id", "ticket_id"],
        sqlite_where=sa.text("told_at is null"),
        postgresql_where=sa.text("told_at is null"),
    )


def downgrade() -> None:
    op.drop_table("patch_cases")
    op.drop_table("patch_asks")
    op.drop_table("patch_events")
    op.drop_table("patches")
    _has_cause(_KINDS)
