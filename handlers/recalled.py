"""Which of somebody's cases words may be about when they do not say it: by little that they share."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

from handlers.meant import POSSIBLE, meant
from handlers.turn import Turn
from handlers.understanding.commands import Command
from handlers.understanding.kinds import kinds_named, points
from handlers.understanding.stances import is_of_money, matter_in, shared, stance_of
from models.queries.declines import newest_decline
from models.queries.tickets import by_id, newest
from models.rules.lifecycle import Status, is_rebound_in_time
from models.tables import Ticket

APPEALED_WITHIN: Final = timedelta(days=30)
"""So long after a refusal bare words of dissent are still about it."""
_MONEY_TYPES: Final = frozenset({"arrears", "policy", "factors"})


def first_words(turn: Turn, ticket: Ticket) -> str:
    """Return what a case is known by."""
    return dict(turn.party.cases).get(ticket.id) or ticket.title


def best(turn: Turn, cases: Sequence[Ticket], *, least: int, without: Status | None = None) -> list[Ticket]:
    """Return the cases that share most with what was said, if it is `least` pairs; none else."""
    scored = [(shared(turn.text, first_words(turn, case)), case) for case in cases if case.status != without]
    most = max((score for score, _ in scored), default=0)
    return [case for score, case in scored if score == most] if most >= least else []


def pointed(turn: Turn, cases: Sequence[Ticket]) -> list[Ticket]:
    """Return the cases that words point at, by what they share or by words of a type (钱的那个).

    One if it is plain which; several where as many say as much; none where nothing does.
    """
    kinds = kinds_named(turn.text) if points(turn.text) or stance_of(turn.text) is not None else frozenset()
    matter = set(matter_in(turn.text)) if kinds else set()
    scored = [(_nearness(turn, case, kinds, matter), case) for case in cases]
    most = max((score for score, _ in scored), default=0)
    return [case for score, case in scored if score == most] if most else []


def named(turn: Turn, command: Command) -> Ticket | None:
    """The case that is named or pointed at, else the one in hand or the only one."""
    if (turn.order is None or turn.order.number is None) and points(turn.text):
        found = pointed(turn, newest(turn.session, turn.party, *POSSIBLE[command]))
        if len(found) == 1:
            return by_id(turn.session, found[0].id, seen_by=turn.party)
    return meant(turn, command)


def _nearness(turn: Turn, case: Ticket, kinds: Collection[str], matter: Collection[str]) -> int:
    known = first_words(turn, case)
    named = sum(char in known for char in matter)
    return 2 * shared(turn.text, known) + (2 if case.type in kinds else 0) + named


def compatible(turn: Turn, case: Ticket) -> bool:
    """Whether words say nothing that a case is not about."""
    matter = matter_in(turn.text)
    if not matter:
        return True
    known = first_words(turn, case) + case.title
    if is_of_money(turn.text) and (case.type in _MONEY_TYPES or is_of_money(known)):
        return True
    return any(char in known for char in matter)


def mine(turn: Turn, case: Ticket) -> bool:
    """Whether a case was brought by who speaks."""
    return case.person_id == turn.party.person_id


def recently_closed(turn: Turn) -> list[Ticket]:
    """Return the cases that may still come back under their own number."""
    return [
        case
        for case in newest(turn.session, turn.party, Status.CLOSED)
        if case.closed_at is not None and is_rebound_in_time(case.closed_at, turn.now)
    ]


def recently_declined(turn: Turn) -> list[Ticket]:
    """Return the refusals of late that nobody has appealed yet."""
    return [
        case for case in newest(turn.session, turn.party, Status.DECLINED, limit=3) if _may_appeal(turn, case)
    ]


def _may_appeal(turn: Turn, case: Ticket) -> bool:
    row = newest_decline(turn.session, case.id)
    is_open = row is not None and row.appealed_at is None
    return is_open and row is not None and turn.now - row.declined_at <= APPEALED_WITHIN
