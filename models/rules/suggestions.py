"""What a large model's word on a type weighs: as much as it has been right, measured where people decided.

Pure. The word that a case is of a type multiplies the odds of that type by a weight, as in naive Bayes:
how often the model names the type where it is right, divided by how often it does where it is wrong. Both are
counted against decided types, and smoothed twice: a type counted rarely is taken to be told as well as all
types are, and a model counted rarely to be right in `PRIOR` of its answers.
"""

from collections.abc import Iterable, Mapping
from typing import Final

PRIOR: Final = 0.4
"""How often a model that nobody has measured is taken to be right: of seven types, a weight of 4."""
PRIOR_ANSWERS: Final = 20
"""Decided answers as which the prior counts."""
PRIOR_OF_EACH: Final = 10
"""Decided answers as which, for one type, the model's rate over all types counts."""
MOST: Final = 20.0
"""No word weighs more, however often it was right: it is read from what a stranger wrote."""
NOTHING: Final = 1.0

Tally = Mapping[tuple[str, str], int]
"""(what the model said, what people decided) → how many cases."""


def rate(tally: Tally) -> float:
    """Return how often the model is taken to be right."""
    right = sum(number for (said, decided), number in tally.items() if said == decided)
    return (right + PRIOR * PRIOR_ANSWERS) / (sum(tally.values()) + PRIOR_ANSWERS)


def weights(tally: Tally, types: Iterable[str]) -> dict[str, float]:
    """Return by what each type's odds are multiplied when the model names it: 1 is nothing, `MOST` the most.

    A word that is more often wrong than chance is not turned round: it weighs nothing.
    """
    known = tuple(types)
    right = rate(tally)
    wrong = (1 - right) / (len(known) - 1)
    return {each: _weight(tally, each, right, wrong) for each in known}


def weighed(scores: Mapping[str, float], named: str, weight: float) -> dict[str, float]:
    """Return the probabilities of types after one was named; they add up to 1."""
    raised = {each: score * (weight if each == named else NOTHING) for each, score in scores.items()}
    whole = sum(raised.values())
    return {each: score / whole for each, score in raised.items()}


def _weight(tally: Tally, named: str, right: float, wrong: float) -> float:
    hits, of_it, alarms, of_others = 0, 0, 0, 0
    for (said, decided), number in tally.items():
        if decided == named:
            of_it += number
            hits += number * (said == named)
        else:
            of_others += number
            alarms += number * (said == named)
    hit = (hits + right * PRIOR_OF_EACH) / (of_it + PRIOR_OF_EACH)
    alarm = (alarms + wrong * PRIOR_OF_EACH) / (of_others + PRIOR_OF_EACH)
    return min(max(hit / alarm, NOTHING), MOST)
