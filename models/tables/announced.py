"""Lists that are read by id: on PostgreSQL a transaction announces from where on it takes ids (ADR 0226).

A sequence hands out an id when a row is inserted, not when it is committed. Before its first insert into one
of these tables a transaction takes a shared advisory lock that names the table and the last id handed out so
far: its own ids are greater. The lock waits for nobody, nobody waits for it, and the end of the transaction
takes it away.
"""

from typing import Final

from sqlalchemy import Connection, event

from models.tables.base import Base

LISTED: Final = (
    "api_keys",
    "contacts",
    "delegations",
    "enterprises",
    "fraud_leads",
    "imports",
    "inbox",
    "invites",
    "messages",
    "official_phones",
    "officials",
    "outbox",
    "pairings",
    "patches",
    "patterns",
    "tickets",
    "verifications",
    "visits",
    "webhook_deliveries",
    "webhooks",
)

ANNOUNCE: Final = """
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
"""Runs before each statement that inserts, and so before the sequence is asked for the first id."""

SETTLED: Final = """
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
"""Up to which id nothing can appear any more for whoever looks after this. The order counts: what was handed
out before the first line was announced before the second, and is committed if it is announced no more."""


ANNOUNCING: Final = """
CREATE TRIGGER announce BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION liaison_announce()
"""


def _found(_metadata: object, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "postgresql":
        for statement in (ANNOUNCE, SETTLED, *(ANNOUNCING.format(table=each) for each in LISTED)):
            connection.exec_driver_sql(statement)


event.listen(Base.metadata, "after_create", _found)
