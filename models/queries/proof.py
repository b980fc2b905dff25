"""Check every chain and every anchor against what is stored: a stretch of rows at a time, in key order.

Memory stays flat however much there is, and nobody waits: each stretch is a reading transaction of its own.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sqlalchemy import func, select, union

from models.queries import sealed, ticket_proof
from models.queries.anchored import Anchored, Names, compared, kept_of
from models.queries.patch_proof import patch_flaws
from models.queries.ticket_proof import Looked, blocks
from models.rules.chain import AUDIT_BLOCK, GENESIS, anchor_digest, audit_digest
from models.rules.proof import ALTERED, DIFFERENT, MISSING, RESEALED, Flaw, Link, Walk
from models.session import Database, at_one_moment
from models.tables import Anchor, AnchorBlock, AuditEntry, AuditHead, Event

STRETCH: Final = 5000
"""Entries of the audit looked at in one reading."""

Progress = Callable[[int], None]
Each = Callable[[Callable[[Database, int], Looked], Iterable[int]], Iterator[Looked]]
"""Looks at each block, in turn or several at once; what was found comes in the order of the blocks."""


@dataclass(slots=True)
class Report:
    """What was looked at, and what is wrong with it."""

    flaws: list[Flaw] = field(default_factory=list)
    tickets: int = 0
    events: int = 0
    entries: int = 0
    anchors: int = 0
    redacted: int = 0
    messages: int = 0
    forgotten: int = 0
    """Words of which only what was left when somebody was forgotten is there, sealed as that."""
    newest: str | None = None
    """The digest of the last anchor, to be compared with what was published."""


def total(database: Database) -> int:
    """Return about how many rows there are to look at."""
    with database.reading() as session:
        return sum(session.scalar(select(func.max(table.id))) or 0 for table in (Event, AuditEntry))


def verify(database: Database, progress: Progress = lambda _: None, each: Each | None = None) -> Report:
    """Look at everything and return what is wrong."""
    report = Report()
    anchored = _anchors(database, report)
    _tickets(database, anchored, report, progress, each or partial(_in_turn, database))
    _audit(database, anchored, report, progress)
    with database.reading() as session:
        at_one_moment(session)
        report.flaws += patch_flaws(session)
    return report


def _in_turn(
    database: Database, work: Callable[[Database, int], Looked], pieces: Iterable[int]
) -> Iterator[Looked]:
    return (work(database, piece) for piece in pieces)


def _anchors(database: Database, report: Report) -> Anchored:
    """Check the anchors' own chain; return where each of them ends."""
    anchored, last = Anchored([], [], [], []), GENESIS
    with database.reading() as session:
        for row in session.scalars(select(Anchor).where(Anchor.digest.is_not(None)).order_by(Anchor.id)):
            found = select(AnchorBlock.block, AnchorBlock.digest).where(AnchorBlock.anchor_id == row.id)
            blocks = [(block, seal) for block, seal in session.execute(found.order_by(AnchorBlock.block))]
            day, upto = row.day.isoformat(), (row.tx, row.event_id, row.audit_id)
            if anchor_digest(row.previous, day=day, upto=upto, blocks=blocks) != row.digest:
                report.flaws.append(Flaw(f"anchor {day}", None, ALTERED, "it does not fit its digest"))
            elif row.previous != last:
                report.flaws.append(
                    Flaw(f"anchor {day}", None, MISSING, "the one it was sealed to is not before it")
                )
            last = report.newest = row.digest or GENESIS
            anchored.days.append(day)
            anchored.ids.append(row.id)
            anchored.events_upto.append((row.tx, row.event_id))
            anchored.entries_upto.append((row.tx, row.audit_id))
        lost = select(AnchorBlock.anchor_id).where(AnchorBlock.anchor_id.not_in(select(Anchor.id)))
        for anchor_id in session.scalars(lost.distinct().order_by(AnchorBlock.anchor_id)):
            report.flaws.append(Flaw(f"anchor #{anchor_id}", None, MISSING, "what it sealed is there"))
    report.anchors = len(anchored.ids)
    return anchored


def _tickets(database: Database, anchored: Anchored, report: Report, progress: Progress, each: Each) -> None:
    with database.reading() as session:
        since = sealed.first_sealed(session)
    for found in each(partial(ticket_proof.look, anchored=anchored, since=since), blocks(database)):
        report.flaws += found.flaws
        report.tickets, report.events = report.tickets + found.tickets, report.events + found.events
        report.redacted += found.redacted
        report.messages, report.forgotten = (
            report.messages + found.messages,
            report.forgotten + found.forgotten,
        )
        progress(found.events)


def _audit(database: Database, anchored: Anchored, report: Report, progress: Progress) -> None:
    heads: dict[int, dict[int, tuple[int, str]]] = {}
    cut: list[Flaw] = []
    with database.reading() as session:
        chains = session.scalars(union(select(AuditEntry.chain), select(AuditHead.chain))).all()
        kept = kept_of(session, AUDIT_BLOCK, anchored)
    for chain in sorted(chains):
        walk = Walk(_name_of_audit(chain))
        while True:
            with database.reading() as session:
                at_one_moment(session)
                found = select(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.seq >= walk.expected)
                rows = session.scalars(found.order_by(AuditEntry.seq).limit(STRETCH)).all()
                head = session.get(AuditHead, chain)
            if not rows:
                cut += _at_the_end(walk, head)
                break
            report.flaws += walk.along([_entry(row) for row in rows])
            report.entries += len(rows)
            progress(len(rows))
            for row in rows:
                place = bisect_right(anchored.entries_upto, (row.tx, row.id))
                if place < len(anchored.ids):
                    heads.setdefault(place, {})[chain] = (row.seq, row.digest)
    came = {place: [(chain, *head) for chain, head in of.items()] for place, of in heads.items()}
    report.flaws += compared(came, kept, anchored, Names("audit", _name_of_audit))
    named = {each.chain for each in report.flaws}
    report.flaws += [each for each in cut if each.chain not in named]


def _at_the_end(walk: Walk, head: AuditHead | None) -> list[Flaw]:
    """Return what is wrong with the end of a chain of the audit, which its head has kept."""
    last = walk.expected - 1
    if head is None:
        return [Flaw(walk.chain, None, MISSING, "its head, which says how far it reaches, is not there")]
    if head.seq > last:
        return [Flaw(walk.chain, last + 1, MISSING, f"its head says that it reaches up to #{head.seq}")]
    if head.seq < last:
        return [Flaw(walk.chain, head.seq + 1, DIFFERENT, f"its head says that it ends with #{head.seq}")]
    if head.digest != walk.last:
        return [Flaw(walk.chain, last, RESEALED, "its digest is not the one that its head has kept")]
    return []


def _entry(row: AuditEntry) -> Link:
    fact = {
        name: getattr(row, name)
        for name in (
            *("actor_kind", "actor_id", "actor_name", "role", "region", "deed", "operation", "object"),
            *("shown", "status", "request_id", "reason"),
        )
    }

    def seal(seq: int) -> str:
        return audit_digest(row.previous, chain=row.chain, seq=seq, at=row.at, fact=fact)

    return Link(row.seq, row.previous, row.digest, seal)


def _name_of_audit(chain: int) -> str:
    return f"audit {chain}"
