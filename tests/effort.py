"""What work costs beside a plain work done in the same moments: a busy or a slow machine is so to both."""

from collections.abc import Callable, Sequence
from time import thread_time
from typing import TypeVar

Given = TypeVar("Given")

ROUNDS = 12


def effort(work: Callable[[Given], object], given: Sequence[Given], texts: Sequence[str]) -> float:
    """Return how many times dearer `work` on `given` is than counting the n-grams of `texts`.

    CPU of this thread, the least of many rounds of each, taken in turn.
    """
    work(given[0])
    least = plain = float("inf")
    for _ in range(ROUNDS):
        plain = min(plain, _seconds(_count, texts) / len(texts))
        least = min(least, _seconds(work, given) / len(given))
    return least / plain


def _seconds(work: Callable[[Given], object], given: Sequence[Given]) -> float:
    began = thread_time()
    for each in given:
        work(each)
    return thread_time() - began


def _count(text: str) -> int:
    counts: dict[str, int] = {}
    for size in (1, 2, 3):
        for at in range(len(text) - size + 1):
            piece = text[at : at + size]
            counts[piece] = counts.get(piece, 0) + 1
    return sum(times * times for times in counts.values())
