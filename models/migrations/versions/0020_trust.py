"""Checking a caller: officials' numbers, announced calls, questions about numbers, fraud leads.

Revision ID: 0020
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_STILL = sa.text("ended_at is null")
_OPEN = sa.text("closed_at is null")
_LEADS = sa.text("lead_id is not null")


def _id(table: str) -> list[sa.schema.SchemaItem]:
    return [sa.Column("id", _ID, nullable=False), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _to(table: str, column: str, target: str, *, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    name = op.f(f"fk_{table}_{column}")
    return [
        sa.Column(column, _ID, nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name),
    ]


def _check(table: str, name: str, text: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("no_calls", sa.Boolean(), server_default=sa.false(), nullable=False))
    _official_phones()
    _calls()
    _fraud_leads()
    _verifications()


def _official_phones() -> None:
    op.create_table(
        "official_phones",
        *_id("official_phones"),
        *_to("official_phones", "official_id", "officials"),
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("key_mark", sa.String(8), nullable=False),
        sa.Column("tail", sa.String(4), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
    )
    op.create_index(op.f("ix_official_phones_official_id"), "official_phones", ["official_id"])
    op.create_index(
        "uq_official_phones_active_number",
        "official_phones",
        ["number_hash"],
        unique=True,
        sqlite_where=_STILL,
        postgresql_where=_STILL,
    )


def _calls() -> None:
    op.create_table(
        "calls",
        *_id("calls"),
        *_to("calls", "ticket_id", "tickets"),
        *_to("calls", "caller_id", "officials"),
        *_to("calls", "event_id", "events"),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("begins_at", _MOMENT),
        sa.Column("ends_at", _MOMENT),
        sa.Column("lapses_at", _MOMENT, nullable=False),
        sa.Column("phrase", sa.String(20)),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT),
        _check(
            "calls",
            "state",
            "state in ('asked', 'announced', 'agreed', 'declined', 'cancelled', 'replaced', 'expired')",
        ),
        _check(
            "calls",
            "open_is_not_closed",
            "(state in ('asked', 'announced', 'agreed')) = (closed_at is null)",
        ),
        _check("calls", "window_whole", "(begins_at is null) = (ends_at is null)"),
        _check("calls", "window_ahead", "begins_at < ends_at"),
        _check("calls", "phrase_for_window", "(begins_at is null) = (phrase is null)"),
        _check(
            "calls",
            "announced_has_window",
            "state not in ('announced', 'agreed') or begins_at is not null",
        ),
    )
    op.create_index(
        "uq_calls_open_ticket",
        "calls",
        ["ticket_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_calls_due", "calls", ["lapses_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def _fraud_leads() -> None:
    op.create_table(
        "fraud_leads",
        *_id("fraud_leads"),
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("tail", sa.String(4), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("finding", sa.String(8)),
        sa.Column("note", sa.Text()),
        sa.Column("decided_at", _MOMENT),
        *_to("fraud_leads", "decided_by_key", "api_keys", nullable=True),
        *_to("fraud_leads", "decided_by_official", "officials", nullable=True),
        sa.UniqueConstraint("number_hash", "day", name=op.f("uq_fraud_leads_number_hash_day")),
        _check("fraud_leads", "finding", "finding in ('genuine', 'fraud', 'unclear')"),
        _check("fraud_leads", "finding_has_moment", "(finding is null) = (decided_at is null)"),
    )


def _verifications() -> None:
    op.create_table(
        "verifications",
        *_id("verifications"),
        sa.Column("at", _MOMENT, nullable=False),
        *_to("verifications", "person_id", "people"),
        *_to("verifications", "enterprise_id", "enterprises", nullable=True),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("tail", sa.String(4), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        *_to("verifications", "official_id", "officials", nullable=True),
        *_to("verifications", "claimed_id", "officials", nullable=True),
        *_to("verifications", "call_id", "calls", nullable=True),
        *_to("verifications", "lead_id", "fraud_leads", nullable=True),
        sa.Column("said", sa.Text()),
        _check("verifications", "verdict", "verdict in ('announced', 'registered', 'unknown', 'undecided')"),
        _check("verifications", "lead_has_words", "(lead_id is null) = (said is null)"),
    )
    op.create_index("ix_verifications_person", "verifications", ["person_id", "at"])
    op.create_index("ix_verifications_region", "verifications", ["region", "id"])
    op.create_index(
        "ix_verifications_lead",
        "verifications",
        ["lead_id", "id"],
        sqlite_where=_LEADS,
        postgresql_where=_LEADS,
    )


def downgrade() -> None:
    for table in ("verifications", "fraud_leads", "calls", "official_phones"):
        op.drop_table(table)
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_column("no_calls")
