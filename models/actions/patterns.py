"""Keep what a case is compared by, put it where it belongs, and do what people decide about patterns.

What people decided sticks: a title stays, cases that were split off or joined are pinned, and a dismissed
pattern takes new cases in without ever being shown again.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.actions import patch_heirs
from models.actions.repeats import stand_in
from models.queries import comparing, taught
from models.queries import patterns as queries
from models.rules import patterns as rules
from models.rules.patterns import Place
from models.tables import Pattern, PatternDecision, PatternMember, PatternState, Ticket, TicketVector

_TAKEN: Final = frozenset({"before"})
"""What of a decision may be words of a case."""

_ITS_WORDS: Final = 0.7
"""Share of a stone's pairs of neighbouring characters from which on it is told in a case's words."""


class NotOfThePattern(LookupError):
    """A case that is to be split off is not in the pattern, or nothing would be left of it."""


class CannotJoin(ValueError):
    """Two patterns that are one already, or of different types."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The key that decides, and the name that it signs with."""

    key_id: int
    name: str


def keep(
    session: Session, ticket: Ticket, *, model: str, vector: bytes | None, traits: dict[str, Any] | None
) -> bool:
    """Keep what a case is compared by; return whether it may be compared. A shielded one stays empty."""
    row = session.get(TicketVector, ticket.id)
    if row is None:
        row = TicketVector(ticket_id=ticket.id, is_shielded=False)
        session.add(row)
    row.model, row.type = model, ticket.type
    if not row.is_shielded:
        row.vector, row.traits = vector, traits
    session.flush()
    return row.vector is not None


def shield(session: Session, ticket: Ticket) -> None:
    """Have a case (保密) compared with no other from now on, and take it out of whatever it is in.

    Title and stone may be its words: they go, from what was decided too, until whoever compares cases tells
    the pattern in others' words, if enough of them are left. So do words of its that it left in a pattern
    it is in no more, or that were split off with others.
    """
    member = session.get(PatternMember, ticket.id)
    its_own = () if member is None else (member.pattern_id,)
    for pattern_id in sorted({*its_own, *_saying(session, ticket)}):
        _unsay(session, pattern_id, ticket.id)
    leave(session, ticket.id, even_if_pinned=True)
    keep(session, ticket, model="", vector=None, traits=None)
    row = session.get_one(TicketVector, ticket.id)
    row.is_shielded, row.vector, row.traits = True, None, None
    session.flush()


def unshield(session: Session, ticket: Ticket) -> None:
    """Have a case that was shielded compared again, as one that has just come."""
    row = session.get(TicketVector, ticket.id)
    if row is not None:
        row.is_shielded = False
        session.flush()


def leave(session: Session, ticket_id: int, *, even_if_pinned: bool = False) -> None:
    """Take a case out of its pattern, unless people put it there."""
    gone = delete(PatternMember).where(PatternMember.ticket_id == ticket_id)
    session.execute(gone if even_if_pinned else gone.where(PatternMember.is_pinned.is_(False)))


def settle(session: Session, ticket: Ticket, place: Place, *, now: datetime) -> Pattern:
    """Put a case where it belongs, and return the pattern. What is settled already stays so.

    A case that people said to be no stumble stays out of the pattern that the patch is about.
    """
    known = session.get(PatternMember, ticket.id)
    if known is not None:
        return session.get_one(Pattern, known.pattern_id)
    pattern = _pattern(session, ticket, place, now)
    if (ticket.id, pattern.id) not in comparing.cleared(session, [ticket.id]):
        session.add(_member(ticket, pattern.id, place.likeness, place.copy_of, now))
        session.flush()
    return pattern


def is_due(session: Session, pattern: Pattern, *, now: datetime) -> bool:
    """Whether enough enterprises tell of a forming pattern to show it, or a shown one has lost its words."""
    if pattern.state == PatternState.OPEN:
        return not pattern.stone
    if pattern.state != PatternState.FORMING:
        return False
    since = now - rules.WINDOW
    heard = queries.heard(session, pattern.id, since=since)
    # How many cases there are is asked last: it is a count over all of them.
    return heard >= rules.LEAST and heard >= taught.needed(session, pattern.type, since=since)


def show(session: Session, pattern: Pattern, *, title: str, stone: str, now: datetime) -> None:
    """Show a pattern from now on, if it is not yet, under this title unless a person gave it one."""
    if not pattern.is_named:
        pattern.title = title
    pattern.stone, pattern.state, pattern.opened_at = stone, PatternState.OPEN, pattern.opened_at or now
    session.flush()


def reword(session: Session, pattern_id: int, stone: str, *, instead_of: str, of: Collection[int]) -> bool:
    """Put a pattern's stone in other words, asked for about these cases; return whether that was done.

    It is not if people named it, or it is no longer shown, is told otherwise, or lost one of the cases.
    """
    pattern = session.get_one(Pattern, pattern_id, with_for_update=True, populate_existing=True)
    held = {each.ticket_id for each in queries.members(session, pattern_id)}
    is_same = pattern.state == PatternState.OPEN and not pattern.is_named and pattern.stone == instead_of
    if not is_same or not held.issuperset(of):
        return False
    pattern.stone = stone
    session.flush()
    return True


def rename(session: Session, pattern: Pattern, title: str, by: Signature, *, now: datetime) -> None:
    """Give a pattern a title that stays."""
    _decide(session, pattern, "rename", by, now, before=pattern.title, title=title)
    pattern.title, pattern.is_named = title, True


def split(
    session: Session,
    pattern: Pattern,
    ticket_ids: Collection[int],
    title: str,
    by: Signature,
    *,
    now: datetime,
) -> Pattern:
    """Make some cases of a pattern one of their own; what is in either stays there.

    Raises:
        NotOfThePattern: one of them is not in it, or all are.
    """
    held = queries.members(session, pattern.id)
    moved = [each for each in held if each.ticket_id in set(ticket_ids)]
    if len(moved) != len(set(ticket_ids)) or len(moved) == len(held):
        raise NotOfThePattern
    new = Pattern(
        type=pattern.type,
        state=PatternState.OPEN,
        title=title,
        stone=pattern.stone,
        is_named=True,
        created_at=now,
        opened_at=now,
    )
    session.add(new)
    session.flush()
    _decide(session, pattern, "split", by, now, into=new.id, tickets=sorted(set(ticket_ids)))
    for each in held:
        each.is_pinned = True
    for each in moved:
        each.pattern_id = new.id
    session.flush()
    stand_in(session, {each.copy_of for each in held if each.copy_of is not None})
    return new


def join(session: Session, pattern: Pattern, other: Pattern, by: Signature, *, now: datetime) -> None:
    """Make `other` part of a pattern: its cases move and stay.

    Raises:
        CannotJoin: it is the same, or of another type.
    """
    if other.id == pattern.id or other.type != pattern.type:
        raise CannotJoin
    _decide(session, pattern, "join", by, now, joined=other.id, before=other.title)
    session.execute(
        update(PatternMember)
        .where(PatternMember.pattern_id == other.id)
        .values(pattern_id=pattern.id, is_pinned=True)
    )
    session.execute(update(Pattern).where(Pattern.joined_into == other.id).values(joined_into=pattern.id))
    patch_heirs.follow(session, other.id, pattern.id, now=now)
    other.state, other.joined_into = PatternState.JOINED, pattern.id
    session.flush()


def dismiss(session: Session, pattern: Pattern, reason: str, by: Signature, *, now: datetime) -> None:
    """Say that a pattern is none. It keeps its cases, so that they make no other, and is listed no more."""
    _decide(session, pattern, "dismiss", by, now, reason=reason)
    pattern.state = PatternState.DISMISSED


def _saying(session: Session, ticket: Ticket) -> Iterator[int]:
    """Yield the patterns whose stone is told in the words that a case came with, names masked or not."""
    words = {*pairwise(queries.first_words(session, [ticket.id]).get(ticket.id, ""))}
    for pattern_id, stone in session.execute(select(Pattern.id, Pattern.stone).where(Pattern.stone != "")):
        pairs = [*pairwise(stone)]
        if pairs and sum(each in words for each in pairs) >= _ITS_WORDS * len(pairs):
            yield pattern_id


def _unsay(session: Session, pattern_id: int, ticket_id: int) -> None:
    pattern = session.get_one(Pattern, pattern_id, with_for_update=True)
    pattern.stone = ""
    session.execute(update(Pattern).where(Pattern.joined_into == pattern.id).values(title="", stone=""))
    for decision in session.scalars(
        select(PatternDecision).where(PatternDecision.pattern_id == pattern.id)
    ).all():
        kept = {key: said for key, said in decision.data.items() if key not in _TAKEN}
        if "tickets" in kept:
            kept["tickets"] = [each for each in kept["tickets"] if each != ticket_id]
        decision.data = kept
    if pattern.is_named:
        return
    pattern.title = ""
    if pattern.state == PatternState.OPEN:
        pattern.state, pattern.opened_at = PatternState.FORMING, None


def _pattern(session: Session, ticket: Ticket, place: Place, now: datetime) -> Pattern:
    if place.pattern_id is not None:
        return _where_it_went(session, place.pattern_id)
    new = Pattern(type=ticket.type, state=PatternState.FORMING, title="", stone="", created_at=now)
    new.is_named = False
    session.add(new)
    session.flush()
    if place.with_ticket is not None:
        first = session.get_one(Ticket, place.with_ticket)
        session.add(_member(first, new.id, place.likeness, None, now))
    return new


def _where_it_went(session: Session, pattern_id: int) -> Pattern:
    """Return a pattern, locked, or what it has become part of meanwhile."""
    row = session.get_one(Pattern, pattern_id, with_for_update=True, populate_existing=True)
    return row if row.joined_into is None else _where_it_went(session, row.joined_into)


def _member(
    ticket: Ticket, pattern_id: int, likeness: float, copy_of: int | None, now: datetime
) -> PatternMember:
    return PatternMember(
        ticket_id=ticket.id,
        pattern_id=pattern_id,
        likeness=likeness,
        voice=rules.voice_of(ticket.enterprise_id, ticket.person_id),
        copy_of=copy_of,
        is_pinned=False,
        joined_at=now,
    )


def _decide(session: Session, pattern: Pattern, verb: str, by: Signature, now: datetime, **data: Any) -> None:
    voices = rules.heard(_voices(queries.members(session, pattern.id)))
    session.add(
        PatternDecision(
            pattern_id=pattern.id,
            verb=verb,
            voices=voices,
            data=data,
            key_id=by.key_id,
            signed=by.name,
            at=now,
        )
    )
    session.flush()


def _voices(members: Sequence[PatternMember]) -> list[tuple[str, bool]]:
    return [(each.voice, each.copy_of is not None) for each in members]
