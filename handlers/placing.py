"""Where words belong: to a case they mention, to the one last spoken about, or to a new one.

Spoken about by the enterprise, or by the official side, whose words ask for an answer. Where it cannot be
told we ask, and keep the words until they say; no ticket comes of a fragment.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from handlers import kept, say
from handlers.filing import TOLD, guess_belongs, submit
from handlers.meant import IN_HAND, case, in_hand
from handlers.newness import Newness, is_fragment, is_new_matter, newness, tells_nothing
from handlers.recalled import first_words, mine, pointed, spoken_of
from handlers.turn import Reply, Turn
from handlers.understanding.kinds import without_opening
from handlers.understanding.likeness import mentioned
from handlers.understanding.stances import shared
from handlers.understanding.subjects import Known, others_meant
from models.actions.conversation import Words
from models.queries.live import Live, live_cases
from models.tables import Outcome, Ticket

ANSWERED: Final = timedelta(hours=24)
"""For so long what somebody says may answer words of the official side that went out to them."""


def file(turn: Turn, words: Words) -> Reply:
    """Put words where they belong; those that were kept until that is clear follow them."""
    current = in_hand(turn)
    other = _mentioned(turn, words.text, current)
    if other is not None:
        return guess_belongs(turn, other, words)
    known = _live(turn, words.text)
    if current is None and not known:
        is_told = words.kind not in TOLD or not words.text or not tells_nothing(words.text)
        return submit(turn, words) if is_told else Reply(say.tell_us(), Outcome.ANSWER)
    current = _heard_since(turn, known) or current
    current = _named_instead(turn, words.text, current, known) or current
    others = [one.ticket for one in known if current is None or one.ticket.id != current.id]
    verdict = _newness(turn, words, [current]) if current is not None else Newness.NEW
    if current is not None and verdict is not Newness.NEW:
        return guess_belongs(turn, current, words, is_unsure=verdict is Newness.UNSURE)
    return _cold(turn, words, others) if others else _anew(turn, words)


def _live(turn: Turn, text: str) -> Sequence[Live]:
    """Their own cases that go on, else their enterprise's.

    They are not looked for where somebody brought none and tells a whole matter.
    """
    may_have = turn.party.cases or (turn.party.enterprise is not None and is_fragment(text))
    found = live_cases(turn.session, turn.party, turn.now) if may_have else ()
    return [one for one in found if mine(turn, one.ticket)] or found


def _heard_since(turn: Turn, known: Sequence[Live]) -> Ticket | None:
    """The case on which the official side spoke last, if they have said nothing about another since."""
    told = [one for one in known if one.answered_at is not None and one.answered_at > turn.now - ANSWERED]
    last = max(told, key=lambda one: one.answered_at or turn.now, default=None)
    if last is None or last.answered_at is None:
        return None
    since = turn.party.hand_until
    is_later = (
        turn.party.case_in_hand(turn.now) is None or since is None or last.answered_at > since - IN_HAND
    )
    return case(turn, last.ticket.id) if is_later else None


def _named_instead(turn: Turn, text: str, current: Ticket | None, known: Sequence[Live]) -> Ticket | None:
    """The only other case whose subject words name, and which they share more with than with the one in hand.

    None for words that join on to what was said (还有…), and while nobody knows what that one is about.
    """
    body, is_announced = without_opening(text)
    is_joined = body != text and not is_announced
    if current is None or len(known) == 1 or is_joined:
        return None
    others = [one.ticket for one in known if one.ticket.id != current.id]
    own, *theirs = (Known(first_words(turn, one)) for one in (current, *others))
    meant = others_meant(text, own, theirs)
    if len(meant) == 1:
        return case(turn, others[meant[0]].id)
    if shared(text, own.words):
        return None
    found = spoken_of(turn, [one.ticket for one in known])
    return case(turn, found[0].id) if len(found) == 1 else None


def _anew(turn: Turn, words: Words) -> Reply:
    """A ticket called by what it is about, not by the words that announce another matter."""
    title = say.title(words.kind, without_opening(words.text)[0])
    return submit(turn, words, title=title, is_compared=True)


def _cold(turn: Turn, words: Words, cases: Sequence[Ticket]) -> Reply:
    """Words out of the blue, from somebody with cases: a matter of its own, or more about one of them."""
    verdict = _newness(turn, words, cases, is_cold=True)
    if verdict is Newness.NEW:
        return _anew(turn, words)
    meant = cases if len(cases) == 1 else pointed(turn, cases)
    found = case(turn, meant[0].id) if len(meant) == 1 and verdict is Newness.MORE else None
    return guess_belongs(turn, found, words) if found is not None else kept.ask(turn, cases, words)


def _mentioned(turn: Turn, text: str, current: Ticket | None) -> Ticket | None:
    """The unfinished case that words mention, unless it is the one in hand anyway."""
    found = mentioned(text, dict(turn.party.cases)) if text and turn.party.cases else None
    if found is None or (current is not None and found == current.id):
        return None
    ticket = case(turn, found)
    return None if ticket is None or is_new_matter(text, ticket) else ticket


def _newness(turn: Turn, words: Words, cases: Sequence[Ticket], *, is_cold: bool = False) -> Newness:
    is_told = bool(words.text) and words.kind in TOLD
    return newness(words.text, cases, dict(turn.party.cases), is_cold=is_cold) if is_told else Newness.MORE
