"""The patterns (同类问题) that most enterprises tell of, as far as somebody's regions reach: for the wall."""

from dataclasses import dataclass

from sqlalchemy import Select, case, distinct, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from models.queries.patterns import GONE
from models.queries.registry import Regions, inside
from models.rules.lifecycle import Status
from models.rules.patterns import ENTERPRISE
from models.tables import Pattern, PatternMember, PatternState, Ticket


@dataclass(frozen=True, slots=True)
class Shown:
    """A pattern in figures: different enterprises, cases, and how many of these are solved."""

    id: int
    type: str
    title: str
    stone: str
    enterprises: int
    cases: int
    solved: int


def shown(session: Session, regions: Regions, *, limit: int) -> list[Shown]:
    """Return the patterns that are shown with cases in `regions`, those of most enterprises first.

    Counted are the cases of these regions only. Copies and strangers are no enterprises.
    """
    # As `rules.patterns.heard` has it.
    speaks = PatternMember.copy_of.is_(None) | PatternMember.is_own
    counted = PatternMember.ticket_id.in_(_first_of_repeated(regions)) | (
        speaks & PatternMember.voice.startswith(ENTERPRISE)
    )
    enterprises = func.count(distinct(case((counted, PatternMember.voice))))
    solved = func.sum(case((Ticket.status.in_([Status.RESOLVED, Status.CLOSED]), 1), else_=0))
    wanted = (
        select(Pattern.id, Pattern.type, Pattern.title, Pattern.stone, enterprises, func.count(), solved)
        .join(PatternMember, PatternMember.pattern_id == Pattern.id)
        .join(Ticket, Ticket.id == PatternMember.ticket_id)
        .where(Pattern.state == PatternState.OPEN, Ticket.status.not_in(GONE), inside(Ticket.region, regions))
        .group_by(Pattern.id)
        .order_by(enterprises.desc(), func.count().desc(), Pattern.id)
        .limit(limit)
    )
    return [Shown(*row) for row in session.execute(wanted)]


def _first_of_repeated(regions: Regions) -> Select[int | None]:
    """Return what selects the first of the enterprises' cases that repeat what is not heard here itself."""
    first, said = aliased(PatternMember), aliased(Ticket)
    is_heard = (
        first.voice.startswith(ENTERPRISE),
        *(said.id == first.ticket_id, said.status.not_in(GONE), inside(said.region, regions)),
    )
    begins = exists().where(
        first.ticket_id == PatternMember.copy_of, first.pattern_id == PatternMember.pattern_id, *is_heard
    )
    again = select(first.pattern_id, first.copy_of).where(first.copy_of.is_not(None), first.is_own, *is_heard)
    says_again = tuple_(PatternMember.pattern_id, PatternMember.copy_of).in_(again)
    return (
        select(func.min(PatternMember.ticket_id))
        .join(Ticket, Ticket.id == PatternMember.ticket_id)
        .where(PatternMember.copy_of.is_not(None), ~PatternMember.is_own, ~begins, ~says_again)
        .where(PatternMember.voice.startswith(ENTERPRISE), Ticket.status.not_in(GONE))
        .where(inside(Ticket.region, regions))
        .group_by(PatternMember.pattern_id, PatternMember.copy_of)
    )
