"""How probably two texts tell of the same stone: their vectors' cosine, weighed with what both name. Pure.

A logistic model of ten numbers, fitted on half of the groups that we wrote (`fit_alike`). That two texts lie
near one another is never enough: 欠工程款三年 and 拖延审批三年 share words, and neither type nor thing.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path
from typing import Final

from .debtors import debtor_in
from .model import TYPES
from .text import normalize
from .traits import (
    GRAMS_AT_MOST,
    HOSPITALS,
    PROBABLE,
    Traits,
    are_rivals,
    pairs_of,
    rarity,
    told_together,
    traits_of,
)

ALIKE: Final = Path(__file__).with_name("alike.json")
FEATURES: Final = (
    "cosine",
    "words",
    "rarest",
    "type",
    "named",
    "otherwise",
    "thing",
    "elsewhere",
    "cause",
    "excuse",
)
AT_MOST: Final = 0.2
"""Likeness of two texts that name another debtor, thing or cause, however alike they are else: each makes
another stone, and so does a debtor whom only one of them names. Not zero, as each may be read wrongly; the
mean over a group decides."""
COPY: Final = 0.85
"""Share of pairs of characters from which on one text is the other's copy, not another voice."""
_READ: Final = 300
"""Characters of a text that tell whether it is another's twin."""
_TOLD: Final = 6
"""Pairs of characters from which on a text tells of something."""
_TWIN: Final = 0.6
"""Share of the shorter text's pairs that the other has too."""
_APART: Final = tuple(FEATURES.index(name) for name in ("otherwise", "elsewhere", "excuse"))
_NAMED, _WORDS = FEATURES.index("named"), FEATURES.index("words")
_IN_PASSING: Final = 0.04
"""Share of weighed pairs of characters that two letters of one stone have in common at least."""
_OWED_FOR: Final = frozenset(
    {"works money", "goods money", "freight money", "paper money", "house for debt", "wages", "retention"}
    | {"wage deposit", "bid deposit", "performance deposit"}
)
"""Things that say for what money is owed, or how it was to be paid."""
_OWN: Final = 7.0
"""Rarity from which on a pair of characters is somebody's own: 澜河 has 9, 地产 6.8, 公司 2.7."""
_RARE: Final = 8.0
"""Rarity from which on a pair in both texts may be a name that our reader does not know: hardly any of our
examples has 本钢 or 华晨, and both texts do."""
_OF_ANY_DEBT: Final = frozenset("款欠拖费垫钱两们的在被和")
"""Characters that make a pair rare and say nothing of whose a debt is: 款三, 收两."""
_MONEY: Final = " money"
"""What things are called that only say for what money is owed: works, goods, freight."""
_ARREARS: Final = TYPES.index("arrears")
SAME: Final = 0.5
"""Share of the shorter name that two names of one party have in common."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each of `FEATURES` weighs, and from which mean likeness on texts belong together."""

    bias: float
    weights: tuple[float, ...]
    join: float


@cache
def shipped() -> Weights:
    """Return the weights that `fit_alike` wrote."""
    read = json.loads(ALIKE.read_text("utf-8"))
    return Weights(read["bias"], tuple(read["weights"][name] for name in FEATURES), read["join"])


def likeness(
    a: Traits, b: Traits, cosine: float, weights: Weights | None = None, *, are_of_one: bool = False
) -> float:
    """Return the probability that two texts tell of the same stone; `cosine` is of their centred vectors.

    `are_of_one` if one enterprise sent both: whom it does not name is then nobody else's debtor.
    """
    model = weights or shipped()
    numbers = features(a, b, cosine)
    logit = model.bias + sum(map(mul, model.weights, numbers))
    plain = 1.0 / (1.0 + math.exp(-logit)) if logit > -700 else 0.0  # noqa: PLR2004 -- exp overflows
    is_anybodys = not are_of_one and _is_anybodys_debt(a, b, numbers)
    apart = is_anybodys or _is_in_passing(a, b, numbers) or any(numbers[place] for place in _APART)
    return min(plain, AT_MOST) if apart else plain


def features(a: Traits, b: Traits, cosine: float) -> tuple[float, ...]:
    """Return the numbers of `FEATURES` for two texts; the same whichever comes first.

    A name in common counts for nothing where the things differ: gas and water of one park are two stones.
    What one party owes is one stone, whether for works, for goods or for wages.
    """
    shared, rarest = told_together(a.grams & b.grams)
    thing = _overlap(a.things, b.things)
    owed = _is_owed(a, b)
    named, otherwise, is_same = _names(a, b, is_owed=owed)
    is_debt = owed and is_same and bool(a.things & _OWED_FOR) and bool(b.things & _OWED_FOR)
    apart = 1.0 if a.things and b.things and not thing and not is_debt else 0.0
    return (
        cosine,
        shared / math.sqrt((a.weight or 1.0) * (b.weight or 1.0)),
        rarest / 10,
        sum(map(mul, a.scores, b.scores)),
        named * (1.0 - apart),
        otherwise,
        thing,
        apart,
        _overlap(a.causes, b.causes),
        1.0 if a.causes and b.causes and not a.causes & b.causes else 0.0,
    )


def _is_anybodys_debt(a: Traits, b: Traits, numbers: tuple[float, ...]) -> bool:
    """Whether money is owed, one text does not say by whom, and nothing but the debt makes it the other's.

    甲方欠工程款 is as like what one debtor owes as what another does: it would bridge all of them. A
    name in common, be it by the way (澜河的城投公司), a thing that is no kind of money, a rare pair of
    characters (本钢, which we read no name in) or most of the words make it one all the same.
    """
    if not (a.is_anonymous or b.is_anonymous) or not _is_owed(a, b):
        return False
    things = {each for each in a.things & b.things if not each.endswith(_MONEY)}
    is_called = numbers[_NAMED] > 0 or _calls(a, b) or _calls(b, a)
    return not things and not is_called and numbers[_WORDS] < _TWIN and not _share_rare(a, b)


def _is_in_passing(a: Traits, b: Traits, numbers: tuple[float, ...]) -> bool:
    """Whether two letters hardly have a word in common, nor a party: what both name, they name by the way.

    A sentence names its stone and nothing else; a letter also names courts, wages and subsidies on its way.
    """
    are_letters = min(len(a.grams), len(b.grams)) >= GRAMS_AT_MOST
    return are_letters and numbers[_NAMED] < SAME and numbers[_WORDS] < _IN_PASSING


def _share_rare(a: Traits, b: Traits) -> bool:
    """Whether both texts hold a pair of characters that may be a name which our reader does not know."""
    return any(rarity(pair) >= _RARE and _OF_ANY_DEBT.isdisjoint(pair) for pair in a.grams & b.grams)


def _calls(a: Traits, b: Traits) -> bool:
    """Whether words of one text hold part of a name in the other that is its own."""
    return any(rarity(pair) >= _OWN for _, own in b.names for pair in pairs_of(own) & a.grams)


def _is_owed(a: Traits, b: Traits) -> bool:
    return min(a.scores[_ARREARS], b.scores[_ARREARS]) ** 2 >= PROBABLE


def is_copy(a: Traits, b: Traits) -> bool:
    """Whether one text has hardly a word of its own beside the other."""
    longer = max(len(a.grams), len(b.grams))
    return longer > 0 and len(a.grams & b.grams) / longer >= COPY


def is_twin(one: str, other: str) -> bool:
    """Whether two texts of one enterprise seem one matter: much the same words, nothing else named.

    Cheap where they have little in common, as hardly any two of an enterprise's matters have.
    """
    a, b = pairs_of(normalize(one)[:_READ]), pairs_of(normalize(other)[:_READ])
    shorter = min(len(a), len(b))
    if shorter < _TOLD or len(a & b) / shorter < _TWIN:
        return False
    numbers = features(traits_of(one), traits_of(other), 0.0)
    return not any(numbers[place] for place in _APART) and not _owe_apart(one, other)


def _owe_apart(one: str, other: str) -> bool:
    """Whether two texts name debtors of whom neither is called by part of the other's name."""
    debtors = [debtor_in(text) for text in (one, other)]
    names = [found.name for found in debtors if found is not None]
    return len(names) == len(debtors) and names[0] not in names[1] and names[1] not in names[0]


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _names(a: Traits, b: Traits, *, is_owed: bool) -> tuple[float, float, bool]:
    """Return how far two texts name the same, whether only other parties, and whether one in common.

    A road or market in one text says nothing against the other; two debtors, parks or hospitals do, and two
    firms where money is owed: elsewhere they may be the senders'.
    """
    best, party, met = 0.0, 0.0, False
    rival, agree = False, False
    for kind, own in a.names:
        for other_kind, other in b.names:
            if are_rivals(kind, other_kind):
                rival = True
                continue
            kinds = {kind, other_kind}
            if "place" in kinds and kind != other_kind:
                continue
            mine, theirs = pairs_of(own), pairs_of(other)
            shared = len(mine & theirs) / min(len(mine), len(theirs))
            best = max(best, shared)
            agree = agree or (kind == other_kind and kind in HOSPITALS and shared >= SAME)
            if "place" not in kinds and (is_owed or "firm" not in kinds):
                met, party = True, max(party, shared)
    if rival and not agree:
        return 0.0, 1.0, False
    is_same = party >= SAME
    return best, 1.0 if met and not is_same else 0.0, is_same
