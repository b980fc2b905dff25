"""On PostgreSQL a transaction announces from where on it takes ids of what is listed by id (ADR 0226).

Revision ID: 0196
Revises: 0195
"""

from alembic import op

revision = "0196"
down_revision = "0195"
branch_labels = None
depends_on = None

_LISTED = (
    "api_keys", "contacts", "delegations", "enterprises", "fraud_leads", "imports", "inbox", "invites", "messages",
    "official_phones", "officials", "outbox", "pairings", "patches", "patterns", "tickets", "verifications",
    "visits", "webhook_deliveries", "webhooks",
)  # fmt: skip

_ANNOUNCE = """
CREATE FUNCTION liaison_announce() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine text := 'liaison.announced_' || TG_RELID;
    sequence regclass := quote_ident(TG_TABLE_SCHEMA) || '.' || quote_ident(TG_TABLE_NAME || '_id_seq');
BEGIN
    IF coalesce(current_setting(mine, true), '') = '' THEN
        PERFORM pg_advisory_xact_lock_shared(
            TG_RELID::int, least(coalesce(pg_sequence_last_value(sequence), 0), 2147483647)::int);
        PERFORM set_config(mine, 'yes', true);
    END IF;
    RETURN NULL;
END $$
"""

_SETTLED = """
CREATE FUNCTION liaison_settled(listed text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    newest bigint := coalesce(pg_sequence_last_value((listed || '_id_seq')::regclass), 0);
    announced bigint;
BEGIN
    SELECT min(objid::bigint) INTO announced FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 2 AND classid = listed::regclass
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
    RETURN least(newest, announced);
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for function in (_ANNOUNCE, _SETTLED):
        op.execute(function)
    for table in _LISTED:
        op.execute(
            f"CREATE TRIGGER announce BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION liaison_announce()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _LISTED:
        op.execute(f"DROP TRIGGER announce ON {table}")
    for function in ("liaison_announce()", "liaison_settled(text)"):
        op.execute(f"DROP FUNCTION {function}")
