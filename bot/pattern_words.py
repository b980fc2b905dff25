"""What a pattern is called and its stone, in the masked words of the cases that are in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from handlers.understanding import wording
from handlers.understanding.stone import told_by
from handlers.understanding.suggesting import prepared
from models.actions import patterns
from models.actions.patterns import InWords
from models.queries import comparing
from models.queries import patterns as queries
from models.queries.comparing import names_around
from models.rules.patterns import counts
from models.session import Database
from models.tables import Pattern, PatternMember, PatternState

TOLD_BY: Final = 40
"""Cases whose words title and stone are taken from."""


@dataclass(frozen=True, slots=True)
class Typical:
    """What a large model may be asked about a pattern: its stone as it is told now, some letters."""

    stone: str
    ticket_ids: tuple[int, ...]
    letters: tuple[str, ...]


def told(session: Session, pattern: Pattern) -> InWords:
    """Return title and stone of a pattern, in which nobody is named who brought or handles it."""
    ids = [each.ticket_id for each in _heard(session, pattern.id)][:TOLD_BY]
    words = queries.first_words(session, ids)
    people, firms = names_around(session, ids)
    sources = sorted(words)
    title, stone, said_in = told_by([words[each] for each in sources], people, firms)
    return InWords(title, stone, [sources[place] for place in said_in])


def _heard(session: Session, pattern_id: int) -> list[PatternMember]:
    """Return the cases in whose words a pattern may be told: enterprises', and no repetitions."""
    members = queries.members(session, pattern_id)
    return [each for each in members if each.copy_of is None and counts(each.voice)]


def show_if_due(session: Session, pattern: Pattern, *, now: datetime) -> bool:
    """Show a pattern that enough enterprises tell of, or one that lost its words, in those of its cases."""
    if not patterns.is_due(session, pattern, now=now):
        return False
    words = told(session, pattern)
    if words.title:
        patterns.show(session, pattern, words, now=now)
    return bool(words.title)


def told_in_its_own_words(session: Session, pattern: Pattern) -> bool:
    """Whether all cases whose words a pattern is told in are still in it."""
    return {each.ticket_id for each in queries.members(session, pattern.id)}.issuperset(pattern.told_from)


def tell_anew(session: Session, pattern: Pattern) -> None:
    """Tell a pattern in the words of the cases that are in it now."""
    patterns.tell(session, pattern, told(session, pattern))


def tell_untold(database: Database, *, now: datetime) -> None:
    """Tell the patterns whose words were taken away in those of the cases that are left, one by one."""
    with database.reading() as session:
        lost = comparing.untold(session)
    for pattern_id in lost:
        with database.transaction() as session:
            show_if_due(session, session.get_one(Pattern, pattern_id, with_for_update=True), now=now)


def typical(session: Session, pattern_id: int) -> Typical | None:
    """Return what may leave of a pattern: one case of each enterprise, the most like the others, masked.

    None if it is not shown, people named it, or too few tell of it. Shielded cases are in no pattern.
    """
    pattern = session.get_one(Pattern, pattern_id)
    if pattern.state != PatternState.OPEN or pattern.is_named:
        return None
    best: dict[str, PatternMember] = {}
    for member in sorted(_heard(session, pattern_id), key=lambda each: (-each.likeness, each.ticket_id)):
        best.setdefault(member.voice, member)
    ids = [each.ticket_id for each in best.values()][: wording.LETTERS]
    words = queries.first_words(session, ids)
    people, firms = names_around(session, ids)
    letters = {
        each: prepared(words[each], people, firms, most=wording.READ_AT_MOST) for each in ids if each in words
    }
    if len(letters) < wording.FEWEST:
        return None
    return Typical(pattern.stone, tuple(letters), tuple(letters.values()))
