"""Which of somebody's cases words may be about when they do not say it: by little that they share."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

from config.catalog import OTHER
from handlers import say
from handlers.meant import POSSIBLE, meant
from handlers.turn import Reply, Turn
from handlers.understanding.classifier import default_classifier, verdict_on
from handlers.understanding.commands import Command
from handlers.understanding.headline import names_a_matter
from handlers.understanding.kinds import kinds_named, kinds_pointed_at, points
from handlers.understanding.likeness import stretches
from handlers.understanding.stances import is_of_money, matter_in, shared, stance_of
from models.queries.declines import newest_decline
from models.queries.tickets import by_id, newest, overview
from models.rules.lifecycle import Status, is_rebound_in_time
from models.tables import Outcome, Ticket

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


def fitting(turn: Turn, command: Command) -> list[Ticket]:
    """Return the cases that words point at or name the subject of, if a command may be about them."""
    if turn.order is not None and (turn.order.number is not None or not points(turn.text)):
        return []
    return called(turn, newest(turn.session, turn.party, *POSSIBLE[command]))


def named(turn: Turn, command: Command) -> Ticket | None:
    """The case that is named or pointed at, else the one in hand or the only one.

    Of several that are pointed at it is the one in hand, and none where another is in hand.
    """
    found = fitting(turn, command)
    case = likeliest(turn, found)
    if not found:
        return meant(turn, command)
    return None if case is None else by_id(turn.session, case.id, seen_by=turn.party)


def called(turn: Turn, cases: Sequence[Ticket]) -> list[Ticket]:
    """Return the cases that words point at; those whose subject they name, if they do not point."""
    return pointed(turn, cases) if points(turn.text) else spoken_of(turn, cases)


def spoken_of(turn: Turn, cases: Sequence[Ticket]) -> list[Ticket]:
    """Return the cases with which words have a subject in common: two characters that name a matter."""
    return [case for case in cases if any(map(_is_subject, stretches(turn.text, first_words(turn, case))))]


def none_of(turn: Turn, cases: Sequence[Ticket]) -> Reply | None:
    """Say which `cases` there are, to few free words that point at a matter which is none of them."""
    kinds = kinds_pointed_at(turn.text) if turn.order is None and cases else frozenset()
    if not kinds or any(case.type in {*kinds, OTHER} or _is_alike(turn, case) for case in cases):
        return None
    return Reply(say.none_of_these([overview(turn.session, one) for one in cases]), Outcome.ANSWER)


def _is_alike(turn: Turn, case: Ticket) -> bool:
    known, classifier = first_words(turn, case) + case.title, default_classifier()
    if is_of_money(turn.text) and (case.type == "policy" or is_of_money(known)):
        return True
    is_named = bool(stretches(turn.text, known)) or any(char in known for char in matter_in(turn.text))
    return is_named or bool(classifier.ideas(known) & classifier.ideas(turn.text))


def _is_subject(words: str) -> bool:
    return names_a_matter(words) or bool(kinds_named(words) or default_classifier().ideas(words))


def likeliest(turn: Turn, cases: Sequence[Ticket]) -> Ticket | None:
    """The one of `cases` that is in hand, else the only one."""
    held = turn.party.case_in_hand(turn.now)
    return next((case for case in cases if case.id == held), cases[0] if len(cases) == 1 else None)


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


def closed_of_its_kind(turn: Turn) -> list[Ticket]:
    """Return own cases that may still come back, of the type that words surely are of."""
    verdict = verdict_on(turn.text)
    if not verdict.is_sure or verdict.type == OTHER:
        return []
    alike = [case for case in recently_closed(turn) if case.type == verdict.type]
    return [case for case in alike if mine(turn, case) and compatible(turn, case)]


def recently_declined(turn: Turn) -> list[Ticket]:
    """Return the refusals of late that nobody has appealed yet."""
    return [
        case for case in newest(turn.session, turn.party, Status.DECLINED, limit=3) if _may_appeal(turn, case)
    ]


def _may_appeal(turn: Turn, case: Ticket) -> bool:
    row = newest_decline(turn.session, case.id)
    is_open = row is not None and row.appealed_at is None
    return is_open and row is not None and turn.now - row.declined_at <= APPEALED_WITHIN
