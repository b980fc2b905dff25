"""`liaison patterns --regroup`: put all stored cases into groups anew, type by type, while the service runs.

Cases that people put somewhere stay there. Everything of one type is in memory at once, nothing else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.pattern_words import show_if_due, told
from handlers.understanding import alike
from handlers.understanding.regroup import groups_of_kept
from handlers.understanding.traits import Traits
from models.actions import regrouping
from models.actions.regrouping import Move
from models.queries import regrouping as reading
from models.queries import taught
from models.queries.regrouping import Kept
from models.rules.patterns import assigned
from models.session import Database
from models.tables import Pattern, PatternState

AT_ONCE: Final = 1000
"""Cases that are moved in one transaction: no other writer waits longer than for these."""


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What became of the cases of one type."""

    type: str
    cases: int
    groups: int
    moved: int
    shown: int


def regroup(database: Database, model: str, clock: Callable[[], datetime]) -> Iterator[Regrouped]:
    """Group the cases of every type anew, and say of each type what came of it."""
    with database.reading() as session:
        types = reading.types(session, model)
    for type_code in types:
        yield _type(database, model, type_code, clock)


def _type(database: Database, model: str, type_code: str, clock: Callable[[], datetime]) -> Regrouped:
    with database.reading() as session:
        cases = list(reading.kept(session, model, type_code))
        decided = reading.decided(session, type_code)
        join = taught.join_from(session, type_code, alike.shipped().join)
    groups, copies = _grouped(cases, decided, join)
    was = {each.ticket_id: each.pattern_id for each in cases if each.pattern_id is not None}
    keeps = assigned([list(group) for group in groups], was, decided)
    targets = _targets(database, type_code, groups, keeps, now=clock())
    voices = {each.ticket_id: each.voice for each in cases}
    likeness = {ticket_id: each for group in groups for ticket_id, each in group.items()}
    moves = [
        Move(
            *(each.ticket_id, each.pattern_id, targets.get(each.ticket_id)),
            *(likeness.get(each.ticket_id, 0.0), copies.get(each.ticket_id)),
            voices[each.ticket_id] == voices.get(copies.get(each.ticket_id, 0)),
        )
        for each in cases
        if each.pattern_id not in decided
        and (each.pattern_id, each.copy_of)
        != (targets.get(each.ticket_id), targets.get(each.ticket_id) and copies.get(each.ticket_id))
    ]
    moved = 0
    for start in range(0, len(moves), AT_ONCE):
        with database.transaction() as session:
            moved += regrouping.put(session, type_code, moves[start : start + AT_ONCE], now=clock())
    _close(database, moves, now=clock())
    touched = sorted({each.to for each in moves if each.to} | {each.was for each in moves if each.was})
    shown = sum(_tell(database, pattern_id, clock()) for pattern_id in touched)
    return Regrouped(type_code, len(cases), len(groups), moved, shown)


def _grouped(
    cases: Sequence[Kept], decided: frozenset[int], join: float
) -> tuple[list[dict[int, float]], dict[int, int]]:
    """Return the groups of more than one case, each with its mean likeness, and whose words others repeat.

    What repeats another case goes where that one goes; so a flood weighs no more than its first case.
    """
    ids = {each.ticket_id for each in cases}
    copies = {
        each.ticket_id: each.copy_of
        for each in cases
        if each.copy_of is not None
        and each.copy_of in ids
        and each.copy_of < each.ticket_id
        and each.pattern_id not in decided
    }
    nodes = [each for each in cases if each.ticket_id not in copies]
    held: dict[int, list[int]] = {}
    for place, each in enumerate(nodes):
        if each.pattern_id in decided:
            held.setdefault(each.pattern_id or 0, []).append(place)
    found = groups_of_kept(
        b"".join(each.vector for each in nodes),
        [Traits.of(each.traits) for each in nodes],
        [each.voice for each in nodes],
        join=join,
        held=list(held.values()),
    )
    copies |= {nodes[later].ticket_id: nodes[first].ticket_id for later, first in found.repeats.items()}
    groups = [{nodes[place].ticket_id: mean for place, mean in group.items()} for group in found.groups]
    where = {ticket_id: group for group in groups for ticket_id in group}
    for ticket_id in sorted(copies):
        where[ticket_id] = where[_origin(copies, ticket_id)]
        where[ticket_id][ticket_id] = 1.0
    firsts = {each: _origin(copies, each) for each in copies}
    return [group for group in groups if len(group) > 1], firsts


def _origin(copies: Mapping[int, int], ticket_id: int) -> int:
    """Return the case that a chain of copies, each of an earlier one, begins with."""
    while (before := copies.get(ticket_id)) is not None:
        ticket_id = before
    return ticket_id


def _targets(
    database: Database,
    type_code: str,
    groups: Sequence[Mapping[int, float]],
    keeps: Sequence[int | None],
    *,
    now: datetime,
) -> dict[int, int]:
    """Return the pattern of every case that is in a group; new ones are begun."""
    with database.transaction() as session:
        new = [regrouping.new_pattern(session, type_code, now=now).id for each in keeps if each is None]
    numbers = iter(new)
    found: dict[int, int] = {}
    for group, keep in zip(groups, keeps, strict=True):
        found |= dict.fromkeys(group, next(numbers) if keep is None else keep)
    return found


def _close(database: Database, moves: Sequence[Move], *, now: datetime) -> None:
    """Have patterns that lost all their cases lead to where most of them went."""
    went: dict[int, list[int]] = {}
    for each in moves:
        if each.was is not None and each.to is not None:
            went.setdefault(each.was, []).append(each.to)
    into = {was: max(sorted(set(to)), key=to.count) for was, to in went.items()}
    with database.transaction() as session:
        regrouping.close_empty(session, into, now=now)


def _tell(database: Database, pattern_id: int, now: datetime) -> int:
    """Show a pattern that is due, or give a shown one the words of its cases; return whether it is new."""
    with database.transaction() as session:
        pattern = session.get(Pattern, pattern_id, with_for_update=True)
        if pattern is None:
            return 0
        is_new = pattern.state == PatternState.FORMING
        if show_if_due(session, pattern, now=now):
            return int(is_new)
        if pattern.state == PatternState.OPEN:
            regrouping.retell(session, pattern, told(session, pattern))
        return 0
