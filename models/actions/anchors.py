"""Anchor the heads of all chains once a day, in pieces: a few blocks of tickets in each transaction.

An anchor is opened with a place in the event feed's order; every block in which something was appended
between the anchor before and that place is reckoned anew. What comes later is the next anchor's affair, so
that nobody waits and an anchor can be reckoned again at any time (ADR 0030).
"""

from datetime import datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    cast,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from models.actions.conversation import LOCAL
from models.rules.chain import (
    AUDIT_BLOCK,
    BLOCK,
    GENESIS,
    LEAF,
    PATCH_BLOCK,
    anchor_digest,
    block_digest,
    heads_of,
    leaves_of,
)
from models.session import core
from models.tables import Anchor, AnchorBlock, AuditEntry, Event, PatchEvent

AT_ONCE: Final = 4
"""Blocks reckoned in one transaction: on SQLite whoever writes waits for it."""


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Open the anchor of the day, reckon its next blocks, or seal it; return how many steps were taken."""
    last = select(Anchor).order_by(Anchor.id.desc()).limit(1)
    newest = session.scalars(last).one_or_none()
    if newest is None or newest.digest is not None:
        today = now.astimezone(LOCAL).date()
        if newest is not None and newest.day >= today:
            return 0
        _open(session, newest, now)
        return 1
    blocks = session.scalars(
        select(AnchorBlock.block)
        .where(AnchorBlock.anchor_id == newest.id, AnchorBlock.digest.is_(None))
        .order_by(AnchorBlock.block)
        .limit(min(limit, AT_ONCE))
    ).all()
    for block in blocks:
        _reckon(session, newest, block)
    if not blocks:
        _seal(session, newest)
    return max(len(blocks), 1)


def _open(session: Session, before: Anchor | None, now: datetime) -> None:
    tx, event_id, audit_id = _now_settled(session)
    row = Anchor(
        day=now.astimezone(LOCAL).date(),
        began_at=now,
        tx=tx,
        event_id=event_id,
        audit_id=audit_id,
        previous=GENESIS if before is None else before.digest or GENESIS,
    )
    session.add(row)
    session.flush()
    since = (0, 0, 0) if before is None else (before.tx, before.event_id, before.audit_id)
    ours = and_(_is_before(Event, tx, event_id), ~_is_before(Event, since[0], since[1]))
    changed = select(literal(row.id), (Event.ticket_id // BLOCK).label("block")).where(ours).distinct()
    session.execute(insert(AnchorBlock).from_select(["anchor_id", "block"], changed))
    audited = and_(_is_before(AuditEntry, tx, audit_id), ~_is_before(AuditEntry, since[0], since[2]))
    if session.scalar(select(AuditEntry.id).where(audited).limit(1)) is not None:
        session.add(AnchorBlock(anchor_id=row.id, block=AUDIT_BLOCK))
    _anchor_patches(session, row)
    session.flush()


def _anchor_patches(session: Session, anchor: Anchor) -> None:
    """Anchor the heads of patches that have changed, as they stand: there are few, and they are kept.

    What is being written meanwhile is the next anchor's affair: a head must be in its chain later, no more.
    """
    kept = select(AnchorBlock.leaves).where(AnchorBlock.block == PATCH_BLOCK).order_by(AnchorBlock.anchor_id)
    known: dict[int, tuple[int, str]] = {}
    for leaves in session.scalars(kept):
        known |= heads_of(leaves or b"")
    now = heads_of(leaves_of(_patch_heads(session)))
    if new := {patch_id: head for patch_id, head in now.items() if known.get(patch_id) != head}:
        leaves = leaves_of(new)
        anchor.chains += len(new)
        row = AnchorBlock(anchor_id=anchor.id, block=PATCH_BLOCK, digest=block_digest(leaves), leaves=leaves)
        session.add(row)


def _patch_heads(session: Session) -> dict[int, tuple[int, str]]:
    last = select(func.max(PatchEvent.id)).group_by(PatchEvent.patch_id)
    found = select(PatchEvent.patch_id, PatchEvent.seq, PatchEvent.digest).where(PatchEvent.id.in_(last))
    return {patch_id: (seq, digest) for patch_id, seq, digest in session.execute(found)}


def _now_settled(session: Session) -> tuple[int, int, int]:
    """Return the place (transaction, event, entry) before which nothing can be appended any more."""
    if _is_postgres(session):
        oldest_running = cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text)
        return int(session.scalars(select(cast(oldest_running, BigInteger))).one()), 0, 0
    last_event, last_entry = (session.scalar(select(func.max(each.id))) or 0 for each in (Event, AuditEntry))
    return 0, last_event + 1, last_entry + 1


def _reckon(session: Session, anchor: Anchor, block: int) -> None:
    of_audit = block == AUDIT_BLOCK
    leaves = leaves_of(_audit_heads(session, anchor) if of_audit else _heads(session, anchor, block))
    earlier = AnchorBlock.block == block, AnchorBlock.anchor_id < anchor.id
    session.execute(update(AnchorBlock).where(*earlier, AnchorBlock.leaves.is_not(None)).values(leaves=None))
    anchor.chains += len(leaves) // LEAF
    mine = and_(AnchorBlock.block == block, AnchorBlock.anchor_id == anchor.id)
    session.execute(update(AnchorBlock).where(mine).values(leaves=leaves, digest=block_digest(leaves)))


def _heads(session: Session, anchor: Anchor, block: int) -> dict[int, tuple[int, str]]:
    rows = core(session).execute(
        select(Event.ticket_id, Event.seq, Event.digest)
        .where(
            Event.ticket_id >= block * BLOCK,
            Event.ticket_id < (block + 1) * BLOCK,
            _is_before(Event, anchor.tx, anchor.event_id),
        )
        .order_by(Event.ticket_id, Event.seq)
    )
    return {ticket_id: (seq, digest) for ticket_id, seq, digest in rows}


def _audit_heads(session: Session, anchor: Anchor) -> dict[int, tuple[int, str]]:
    last = (
        select(AuditEntry.chain, func.max(AuditEntry.seq).label("seq"))
        .where(_is_before(AuditEntry, anchor.tx, anchor.audit_id))
        .group_by(AuditEntry.chain)
        .subquery()
    )
    found = select(AuditEntry.chain, AuditEntry.seq, AuditEntry.digest).join(
        last, and_(last.c.chain == AuditEntry.chain, last.c.seq == AuditEntry.seq)
    )
    return {chain: (seq, digest) for chain, seq, digest in session.execute(found)}


def _seal(session: Session, anchor: Anchor) -> None:
    found = select(AnchorBlock.block, AnchorBlock.digest).where(AnchorBlock.anchor_id == anchor.id)
    blocks = [(block, digest) for block, digest in session.execute(found.order_by(AnchorBlock.block))]
    upto = (anchor.tx, anchor.event_id, anchor.audit_id)
    anchor.digest = anchor_digest(anchor.previous, day=anchor.day.isoformat(), upto=upto, blocks=blocks)
    session.flush()


def _is_before(table: type[Event] | type[AuditEntry], tx: int, row_id: int) -> ColumnElement[bool]:
    return tuple_(table.tx, table.id) < tuple_(literal(tx), literal(row_id))


def _is_postgres(session: Session) -> bool:
    return core(session).dialect.name == "postgresql"
