"""Whether words tell a matter of their own beside the cases somebody has, or more about one of these.

Judged by the words, the types and what the cases are known by. Where it cannot be told it says so, and the
caller decides whether to ask. A real request must not drown in an old case, nor a fragment open a new one.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import Enum, auto
from typing import Final

from config.catalog import OTHER
from handlers.understanding.amounts import amounts_in
from handlers.understanding.classifier import default_classifier, verdict_on
from handlers.understanding.headline import names_a_matter, names_trouble
from handlers.understanding.intents import Intent, bare, intent_of
from handlers.understanding.kinds import (
    calls_again,
    goes_on,
    is_once_more,
    kinds_named,
    points_back,
    without_opening,
)
from handlers.understanding.stances import Stance, shared, speaks_of_another, stance_of
from models.actions.retyping import is_guess_open
from models.rules.lifecycle import Status
from models.tables import Ticket

SHORT: Final = 12
"""Fewer characters than this hardly describe a new matter."""
_TERSE: Final = 4
"""Fewer than this never do."""
_EMPTY_UP_TO: Final = 8
"""So many characters may tell nothing; of longer words it is not believed."""
_LONG: Final = 40
"""From so many characters on a text tells a story."""
_CHANCE: Final = 2
"""So many shared pairs are chance in a story, or where the type is another: both speak of 开发区."""
_VERY_SURE: Final = 0.75
_SURELY_OTHER: Final = 0.83
"""`other` is also what a classifier says of words that name nothing, so it must be surer of it."""
_HARDLY: Final = 0.15
"""Probability below which words hardly are of a type."""
_ONE_KIND: Final = "arrears"
"""Of this type the words of one case are those of every other."""


class Newness(Enum):
    """Whether words are a matter of their own."""

    NEW = auto()
    UNSURE = auto()
    MORE = auto()


def newness(
    text: str, cases: Sequence[Ticket], known: Mapping[int, str], *, is_cold: bool = False
) -> Newness:
    """Return whether `text` tells something else than `cases`.

    `known` are the first words of cases by id, else their titles count; `is_cold` if nobody has just spoken
    of one of them.
    """
    body, is_announced = without_opening(text)
    if intent_of(body) is Intent.FOLLOW_UP or points_back(body):
        return Newness.MORE
    is_of_their_sum = not is_announced and len(body) < _LONG and _names_same_sum(body, cases, known)
    if is_of_their_sum or any(_says_nothing_yet(case) for case in cases):
        return Newness.MORE
    if not (is_cold or is_announced) and any(is_unknown(one) and _only_names_a_thing(one) for one in cases):
        return Newness.MORE
    if _is_surely_of_another_kind(
        body, {case.type for case in cases}, is_cold=is_cold, is_announced=is_announced
    ):
        return Newness.NEW
    closeness = max(shared(body, known.get(case.id) or case.title) for case in cases)
    if len(body) < SHORT and not (closeness and speaks_of_another(body)):
        return _of_few_words(body, cases) if is_cold and not closeness else Newness.MORE
    return _beside_the_unlike(body, cases, known, closeness)


def is_new_matter(text: str, case: Ticket) -> bool:
    """Whether words surely are of another kind than a case whose type is known."""
    if points_back(text) or _says_nothing_yet(case):
        return False
    return _is_surely_of_another_kind(without_opening(text)[0], {case.type})


def is_unknown(ticket: Ticket) -> bool:
    """Whether nobody knows yet what a ticket is about: an unsure guess, a picture, or an introduction."""
    if is_guess_open(ticket, default_classifier().ask_below):
        return True
    is_guess = ticket.type_source == "guess" and ticket.status == Status.OPEN
    return is_guess and (not names_a_matter(ticket.title) or _only_names_a_thing(ticket))


def _says_nothing_yet(ticket: Ticket) -> bool:
    """Whether a ticket so far is but a picture, a place or an introduction: what follows explains it."""
    return is_unknown(ticket) and (ticket.confidence == 0 or _is_empty(ticket.title))


def _names_same_sum(body: str, cases: Sequence[Ticket], known: Mapping[int, str]) -> bool:
    """Whether words name a sum of money that a case is about: 银行流水上没有，320万一分没到."""
    said = _sums(body)
    return bool(said) and any(said & _sums(known.get(case.id) or case.title) for case in cases)


def _sums(text: str) -> set[tuple[int, int | None, str]]:
    return {(one.least, one.most, one.currency) for one in amounts_in(text)}


def _only_names_a_thing(ticket: Ticket) -> bool:
    """Whether a ticket so far but names a thing, of no type and with no trouble: 我们厂门口这条路.

    What is said to be so once more (限高架又装回来了) is told already.
    """
    is_bare = len(ticket.title) < SHORT and not names_trouble(ticket.title)
    return ticket.type == OTHER and is_bare and not is_once_more(ticket.title)


def is_fragment(text: str) -> bool:
    """Whether words alone hardly make a request: too few, or naming no matter."""
    return len(text) < SHORT or not names_a_matter(text)


def tells_nothing(text: str) -> bool:
    """Whether short words name no matter, nothing our lexicon knows and no trouble: 行吧, 可以, 是的，来了.

    A ticket of them would bind an owner and its clocks to nothing, and then take the next real request for
    more of itself; so their speaker is asked what it is about. A terse request is one: 没水, 变压器不够.
    """
    return len(bare(text)) <= _EMPTY_UP_TO and _is_empty(text)


def _is_empty(text: str) -> bool:
    """Whether words name no matter, nothing our lexicon knows and no trouble."""
    if names_a_matter(text) or kinds_named(text) or names_trouble(text):
        return False
    return not default_classifier().ideas(text)


def _is_surely_of_another_kind(
    body: str, kinds: Collection[str], *, is_cold: bool = False, is_announced: bool = False
) -> bool:
    is_short = len(body) < SHORT
    may_be_short = (is_cold or is_announced) and len(body) >= _TERSE and names_a_matter(body)
    if is_short and not may_be_short:
        return False
    verdict = verdict_on(body)
    is_sure = verdict.confidence >= _VERY_SURE if is_short and not is_announced else verdict.is_sure
    return is_sure and verdict.type not in {OTHER, *kinds}


def _of_few_words(body: str, cases: Sequence[Ticket]) -> Newness:
    """Few words out of the blue that share nothing with the cases.

    New if a matter is said to have happened once more (税务局又来查账要补税); asked about if they only sound
    like one of another kind (税务局来查账说要罚款), or may as well be news of a case (领导又来厂里了).
    """
    if not names_a_matter(body):
        return Newness.MORE
    said = stance_of(body)
    if said is not None and said.stance is Stance.AGAIN:
        return Newness.UNSURE if calls_again(body) else Newness.NEW
    return Newness.UNSURE if _is_hardly_of(body, cases) and not goes_on(body) else Newness.MORE


def _is_hardly_of(body: str, cases: Sequence[Ticket]) -> bool:
    """Whether words hardly are of a type that one of the cases has."""
    scores = verdict_on(body).scores
    return sum(scores[kind] for kind in {case.type for case in cases}) < _HARDLY


def _beside_the_unlike(
    body: str, cases: Sequence[Ticket], known: Mapping[int, str], closeness: int
) -> Newness:
    """Words that are not surely of a type that none of the cases has; `closeness` is what they share."""
    verdict = verdict_on(body)
    is_sure = verdict.is_sure
    if verdict.type == OTHER:
        is_sure = verdict.confidence >= _SURELY_OTHER and names_a_matter(body)
    alike = [case for case in cases if case.type == verdict.type]
    if closeness > (_CHANCE if len(body) >= _LONG or (is_sure and not alike) else 0):
        is_odd = names_a_matter(body) and _is_hardly_of(body, cases) and not goes_on(body)
        return Newness.UNSURE if speaks_of_another(body) or is_odd else Newness.MORE
    if alike or closeness:
        is_new = is_sure and _is_of_other_things(body, alike or cases, known)
    else:
        is_new = (is_sure or len(body) >= _LONG) and not goes_on(body)
    if is_new:
        return Newness.NEW
    may_be_new = names_a_matter(body) and not goes_on(body)
    return Newness.UNSURE if may_be_new or len(body) >= _LONG else Newness.MORE


def _is_of_other_things(body: str, cases: Sequence[Ticket], known: Mapping[int, str]) -> bool:
    """Whether words speak of things of which none of the cases does, though of the same type: 贷款, 用电."""
    if goes_on(body) or (verdict_on(body).type == _ONE_KIND and any(one.type == _ONE_KIND for one in cases)):
        return False
    classifier = default_classifier()
    said = classifier.ideas(body)
    theirs = [classifier.ideas(known.get(case.id) or case.title) for case in cases]
    return bool(said) and all(theirs) and not any(said & each for each in theirs)
