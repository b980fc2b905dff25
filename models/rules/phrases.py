"""The phrase that an official says first and the enterprise has on its card: two words nobody can mistake.

Pure: the words come in, and so does chance. Two of some hundred words are one in more than 40,000: whoever
calls without having been told has one try, and is then hung up on.
"""

from collections.abc import Sequence
from random import Random
from typing import Final

WORDS: Final = 2
BETWEEN: Final = " "


def choose(words: Sequence[str], chance: Random) -> str:
    """Return a phrase of two different words."""
    return BETWEEN.join(chance.sample(words, WORDS))
