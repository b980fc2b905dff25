"""Keep what a case is compared by, put it where it belongs, and do what people decide about patterns.

What people decided sticks: a title stays, cases that were split off or joined are pinned, and a dismissed
pattern takes new cases in without ever being shown again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.actions import patch_heirs
from models.actions.repeats import stand_in
from models.queries import comparing, taught
from models.queries import patterns as queries
from models.rules import patterns as rules
from models.rules.patterns import Place
from models.tables import Pattern, PatternDecision, PatternMember, PatternState, Ticket, TicketVector


class NotOfThePattern(LookupError):
    """A case that is to be split off is not in the pattern, or nothing would be left of it."""


class CannotJoin(ValueError):
    """Two patterns that are one already, or of different types; or the one that stays was dismissed."""


@dataclass(frozen=True, slots=True)
class InWords:
    """What a pattern is called, its stone, and the cases whose words these are."""

    title: str
    stone: str
    told_from: Sequence[int]


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


def hold(session: Session, ticket_id: int) -> int | None:
    """Lock the pattern that a case is in, and return it: what people decide about it waits, or is done."""
    while (pattern_id := comparing.pattern_of(session, ticket_id)) is not None:
        session.get_one(Pattern, pattern_id, with_for_update=True)
        if comparing.pattern_of(session, ticket_id) == pattern_id:
            return pattern_id
    return None


def leave(session: Session, ticket_id: int) -> None:
    """Take a case out of its pattern. Where people put it is kept, for when it comes back."""
    if hold(session, ticket_id) is None:
        return
    member = session.get_one(PatternMember, ticket_id, populate_existing=True, with_for_update=True)
    if member.is_pinned:
        kept = update(TicketVector).where(TicketVector.ticket_id == ticket_id)
        session.execute(kept.values(pinned_to=member.pattern_id))
    session.delete(member)
    session.flush()


def settle(session: Session, ticket: Ticket, place: Place, *, now: datetime) -> Pattern | None:
    """Put a case where people once put it, else where it belongs, and return the pattern; None if nowhere.

    What is settled already stays so. A case that people said to be no stumble stays out of the pattern that
    the patch is about.
    """
    known = session.get(PatternMember, ticket.id)
    if known is not None:
        return session.get_one(Pattern, known.pattern_id)
    home = _home(session, ticket)
    if home is not None:
        place = _at_home(session, home.id, place)
    if place.is_nowhere:
        return None
    pattern = home or _pattern(session, ticket, place, now)
    if (ticket.id, pattern.id) in comparing.cleared(session, [ticket.id]):
        return None
    session.add(_member(ticket, pattern.id, place, now, is_pinned=home is not None))
    session.flush()
    return pattern


def is_due(session: Session, pattern: Pattern, *, now: datetime) -> bool:
    """Whether enough enterprises tell of a forming pattern to show it, or it was shown and lost its words."""
    if pattern.opened_at is not None and pattern.state in {PatternState.OPEN, PatternState.FORMING}:
        has_words = pattern.state == PatternState.OPEN and pattern.stone
        return not has_words and rules.heard(queries.members(session, pattern.id)) >= rules.LEAST
    if pattern.state != PatternState.FORMING:
        return False
    since = now - rules.WINDOW
    heard = queries.heard(session, pattern.id, since=since)
    # How many cases there are is asked last: it is a count over all of them.
    return heard >= rules.LEAST and heard >= taught.needed(session, pattern.type, since=since)


def show(session: Session, pattern: Pattern, words: InWords, *, now: datetime) -> None:
    """Show a pattern from now on, if it is not yet, under this title unless a person gave it one."""
    tell(session, pattern, words)
    pattern.state, pattern.opened_at = PatternState.OPEN, pattern.opened_at or now
    session.flush()


def tell(session: Session, pattern: Pattern, words: InWords) -> None:
    """Give a pattern words of its cases; a title that a person gave stays, and any if there is none."""
    if words.title and not pattern.is_named:
        pattern.title = words.title
    # A title that stays may be the words of those it was told by before.
    stays = not words.title and not pattern.is_named
    told_from = [*(pattern.told_from if stays else ()), *words.told_from]
    pattern.stone, pattern.told_from = words.stone, told_from
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
    pattern.stone, pattern.told_from = stone, sorted({*pattern.told_from, *of})
    session.flush()
    return True


def rename(session: Session, pattern: Pattern, title: str, by: Signature, *, now: datetime) -> None:
    """Give a pattern a title that stays."""
    _decide(session, pattern, "rename", by, now, before=pattern.title, told_from=_whose(pattern), title=title)
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
    """Make some cases of a pattern one of their own, which is told in their words once they are asked for.

    What is in either stays there.

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
        stone="",
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
        CannotJoin: it is the same, or of another type, or the pattern was dismissed.
    """
    if other.id == pattern.id or other.type != pattern.type or pattern.state != PatternState.OPEN:
        raise CannotJoin
    _decide(session, pattern, "join", by, now, joined=other.id, before=other.title, told_from=_whose(other))
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


def _whose(pattern: Pattern) -> list[int]:
    """Return the cases whose words a pattern's title is."""
    return [] if pattern.is_named else list(pattern.told_from)


def _pattern(session: Session, ticket: Ticket, place: Place, now: datetime) -> Pattern:
    if place.pattern_id is not None:
        return _where_it_went(session, place.pattern_id)
    new = Pattern(type=ticket.type, state=PatternState.FORMING, title="", stone="", created_at=now)
    new.is_named = False
    session.add(new)
    session.flush()
    if place.with_ticket is not None:
        first = session.get_one(Ticket, place.with_ticket)
        session.add(_member(first, new.id, Place(new.id, None, place.likeness), now))
    return new


def _home(session: Session, ticket: Ticket) -> Pattern | None:
    """Return the pattern, locked, that people put a case into before it left, if it is of its type still."""
    kept = session.get(TicketVector, ticket.id)
    if kept is None or kept.pinned_to is None:
        return None
    row = _where_it_went(session, kept.pinned_to)
    is_cleared = (ticket.id, row.id) in comparing.cleared(session, [ticket.id])
    return row if row.type == ticket.type and not is_cleared else None


def _at_home(session: Session, pattern_id: int, place: Place) -> Place:
    """Return the place of a case where people put it; it repeats what is there only."""
    if place.copy_of is None or comparing.pattern_of(session, place.copy_of) != pattern_id:
        return Place(pattern_id, None, place.likeness)
    return replace(place, pattern_id=pattern_id, with_ticket=None)


def _where_it_went(session: Session, pattern_id: int) -> Pattern:
    """Return a pattern, locked, or what it has become part of meanwhile."""
    row = session.get_one(Pattern, pattern_id, with_for_update=True, populate_existing=True)
    return row if row.joined_into is None else _where_it_went(session, row.joined_into)


def _member(
    ticket: Ticket, pattern_id: int, place: Place, now: datetime, *, is_pinned: bool = False
) -> PatternMember:
    return PatternMember(
        ticket_id=ticket.id,
        pattern_id=pattern_id,
        likeness=place.likeness,
        voice=rules.voice_of(ticket.enterprise_id, ticket.person_id),
        copy_of=place.copy_of,
        is_own=place.is_own,
        is_pinned=is_pinned,
        joined_at=now,
    )


def _decide(session: Session, pattern: Pattern, verb: str, by: Signature, now: datetime, **data: Any) -> None:
    voices = rules.heard(queries.members(session, pattern.id))
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
