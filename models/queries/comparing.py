"""What is to be compared next: cases that came, changed their type or are gone; and what is known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from models.prepared import Prepared, listed
from models.queries import feed, second_look
from models.queries.patterns import GONE
from models.queries.second_look import Position
from models.rules.lifecycle import Verb
from models.rules.patterns import counts, is_doubled, voice_of
from models.tables import (
    Met,
    Patch,
    PatchCase,
    Pattern,
    PatternDecision,
    PatternMember,
    PatternState,
    Ticket,
    TicketVector,
)

_COMES: Final = frozenset({Verb.SUBMIT, Verb.RETYPE, Verb.SEPARATE, Verb.REVIVE, Verb.UNSHIELD})
_GOES: Final = frozenset({Verb.WITHDRAW, Verb.MERGE, Verb.SHIELD})
AT_ONCE: Final = 5000
"""Vectors read at once when the index is built."""


@dataclass(frozen=True, slots=True)
class Change:
    """A case that is to be compared or is gone, what happened to it, and where that stands in the feed."""

    ticket_id: int
    verb: Verb
    before: Position
    at: Position

    @property
    def is_gone(self) -> bool:
        """Whether it is compared no more."""
        return self.verb in _GOES


class Compared(NamedTuple):
    """A case that a new one may be like, and what it is compared by."""

    ticket_id: int
    vector: bytes
    traits: Mapping[str, Any]
    pattern_id: int | None
    voice: str


def changes(session: Session, after: Position, *, limit: int) -> tuple[list[Change], Position]:
    """Return what the next `limit` events change, and where they end."""
    found: list[Change] = []
    before = after
    for event in feed.events(session, None, after=(after.tx, after.event_id), limit=limit):
        at = Position(event.tx, event.id)
        if event.verb in _COMES | _GOES:
            found.append(Change(event.ticket_id, Verb(event.verb), before, at))
        before = at
    return found, before


def kept_vectors(session: Session, model: str, *, after: int) -> Sequence[Row[int, str, bytes | None]]:
    """Return id, type and vector of some cases that new ones are compared with, by id.

    What only repeats another case is not among them: a flood of copies must not crowd the others out.
    """
    repeats = exists().where(
        PatternMember.ticket_id == TicketVector.ticket_id, PatternMember.copy_of.is_not(None)
    )
    return session.execute(
        select(TicketVector.ticket_id, TicketVector.type, TicketVector.vector)
        .where(~repeats)
        .where(TicketVector.model == model, TicketVector.vector.is_not(None), TicketVector.ticket_id > after)
        .order_by(TicketVector.ticket_id)
        .limit(AT_ONCE)
    ).all()


def known(
    session: Session, ticket_id: int, model: str
) -> tuple[bytes | None, Mapping[str, Any] | None] | None:
    """Return vector and traits that this model made of a case, empty if it could read nothing.

    None if it has not looked at the case yet, or what it made was taken away.
    """
    row = session.get(TicketVector, ticket_id)
    return None if row is None or row.model != model else (row.vector, row.traits)


def is_read_anew(session: Session, model: str) -> bool:
    """Whether there are cases that another model has read, and this one has not yet."""
    others = select(TicketVector.ticket_id).where(
        TicketVector.model != model, TicketVector.vector.is_not(None)
    )
    return session.scalars(others.limit(1)).first() is not None


def stays(session: Session, ticket: Ticket) -> bool:
    """Whether a case is left where it is, however it is compared: people decided on it, or on its pattern.

    A pattern is of one type: a case that got another leaves it all the same.
    """
    held = select(PatternMember.ticket_id).join(Pattern, Pattern.id == PatternMember.pattern_id)
    is_fixed = PatternMember.is_pinned | is_decided()
    mine = held.where(PatternMember.ticket_id == ticket.id, Pattern.type == ticket.type, is_fixed)
    return session.scalar(mine) is not None


def is_over(session: Session, ticket: Ticket) -> bool:
    """Whether a case is compared no more now; it may be again since it was withdrawn, merged or shielded."""
    row = session.get(TicketVector, ticket.id)
    return ticket.status in GONE or (row is not None and row.is_shielded)


def is_decided() -> ColumnElement[bool]:
    """Whether people decided anything about a pattern; to open a patch from it is to say that it is one."""
    is_decided = exists().where(PatternDecision.pattern_id == Pattern.id)
    is_patched = exists().where(Patch.pattern_id == Pattern.id)
    return or_(Pattern.is_named, Pattern.state == PatternState.DISMISSED, is_decided, is_patched)


def pattern_of(session: Session, ticket_id: int) -> int | None:
    """Return the pattern that a case is in, None if it is in none."""
    return session.scalar(select(PatternMember.pattern_id).where(PatternMember.ticket_id == ticket_id))


def untold(session: Session) -> Sequence[int]:
    """Return the patterns that are or were shown and have lost their words."""
    was_shown = (Pattern.state == PatternState.FORMING) & Pattern.opened_at.is_not(None)
    is_shown = (Pattern.state == PatternState.OPEN) & (Pattern.stone == "")
    return session.scalars(select(Pattern.id).where(was_shown | is_shown).order_by(Pattern.id)).all()


def has_doubled(session: Session, ticket_id: int) -> bool:
    """Whether a case has made the enterprises heard in its pattern twice, four times ... the fewest."""
    mine = session.get(PatternMember, ticket_id)
    if mine is None or mine.copy_of is not None or not counts(mine.voice):
        return False
    heard = select(PatternMember.voice).where(
        PatternMember.pattern_id == mine.pattern_id, PatternMember.copy_of.is_(None)
    )
    voices = [voice for voice in session.scalars(heard) if counts(voice)]
    return voices.count(mine.voice) == 1 and is_doubled(len(set(voices)))


def unread(session: Session, model: str, *, after: int, limit: int) -> Sequence[int]:
    """Return cases with ids above `after` of which this model has made no vector, by id."""
    is_read = exists().where(
        TicketVector.ticket_id == Ticket.id, (TicketVector.model == model) | TicketVector.is_shielded
    )
    return session.scalars(
        select(Ticket.id).where(Ticket.id > after, ~is_read).order_by(Ticket.id).limit(limit)
    ).all()


def names_around(session: Session, ticket_ids: Collection[int]) -> tuple[list[str], list[str]]:
    """Return the names of the people around some cases, and of the firms."""
    known = [second_look.known_of(session, each) for each in ticket_ids]
    people = {name for each in known for name in each.people}
    return sorted(people), sorted({name for each in known for name in each.firms})


_COMPARED: Final = (
    select(
        *(TicketVector.ticket_id, TicketVector.vector, TicketVector.traits, PatternMember.pattern_id),
        *(Ticket.enterprise_id, Ticket.person_id, Ticket.type, Ticket.status),
    )
    .join(Ticket, Ticket.id == TicketVector.ticket_id)
    .outerjoin(PatternMember, PatternMember.ticket_id == TicketVector.ticket_id)
    .where(TicketVector.vector.is_not(None), TicketVector.model == bindparam("model"))
    .order_by(TicketVector.ticket_id)
)
"""Nothing is asked of the ticket's type here: SQLite would go through all cases of it, not through these."""
_SOME: Final = Prepared(
    {dialect: _COMPARED.where(these) for dialect, these in listed(TicketVector.ticket_id, "ids").items()}
)


def compared(session: Session, ticket_ids: Collection[int], type_code: str, model: str) -> list[Compared]:
    """Return those of these cases that may be compared: of this type and model, not hidden, not gone."""
    rows = _SOME.all(session, ids=list(ticket_ids), model=model)
    return [
        Compared(ticket_id, vector or b"", traits or {}, pattern_id, voice_of(firm, person))
        for ticket_id, vector, traits, pattern_id, firm, person, type_now, status in rows
        if type_now == type_code and status not in GONE
    ]


def voices(session: Session, pattern_ids: Collection[int]) -> dict[int, list[str]]:
    """Return whose cases each of these patterns holds; who only repeats another's words has no voice."""
    wanted = (
        select(PatternMember.pattern_id, PatternMember.voice)
        .join(Ticket, Ticket.id == PatternMember.ticket_id)
        .where(PatternMember.pattern_id.in_(pattern_ids), PatternMember.copy_of.is_(None))
        .where(Ticket.status.not_in(GONE))
        .distinct()
        .order_by(PatternMember.pattern_id, PatternMember.voice)
    )
    found: dict[int, list[str]] = {each: [] for each in pattern_ids}
    for pattern_id, voice in session.execute(wanted):
        found[pattern_id].append(voice)
    return found


def cleared(session: Session, ticket_ids: Collection[int]) -> set[tuple[int, int]]:
    """Return which cases people said to be no stumble over the patch of which pattern."""
    said = select(PatchCase.ticket_id, Patch.pattern_id).join(Patch, Patch.id == PatchCase.patch_id)
    found = session.execute(said.where(PatchCase.ticket_id.in_(ticket_ids), PatchCase.kind == Met.CLEARED))
    return {(ticket_id, pattern_id) for ticket_id, pattern_id in found}
