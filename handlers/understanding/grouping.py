"""Groups of things that are pairwise alike: the two with the highest mean likeness join, again and again.

Pure and deterministic: equal means join in the order of their members. Only pairs that are named count, all
others are as unlike as can be, so that one bridge between two groups never makes them one.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence

Pairs = Mapping[tuple[int, int], float]


def grouped(
    size: int, pairs: Pairs, *, join: float, known: int, held: Iterable[Sequence[int]] = ()
) -> list[list[int]]:
    """Return the groups of `range(size)`, those of one member too, each and all in order.

    `known` is how many neighbours of each are named at most: of a large group not every pair can be. `held`
    are groups to begin with, as people decided: others may join them, but no two of them join.
    """
    links: dict[int, dict[int, float]] = {each: {} for each in range(size)}
    for (one, other), likeness in pairs.items():
        links[one][other] = links[other][one] = likeness
    members: dict[int, list[int]] = {each: [each] for each in range(size)}
    fixed = set[int]()
    for first, *others in (sorted(group) for group in held):
        fixed.add(first)
        for other in others:
            _join(links, members, first, other)
    heap = [
        (-mean, one, other)
        for one, around in links.items()
        for other in around
        if one < other and (mean := _mean(links, members, one, other, known)) >= join
    ]
    heapq.heapify(heap)
    while heap:
        least, one, other = heapq.heappop(heap)
        if one in fixed and other in fixed:
            continue
        if one in members and other in members and -least == _mean(links, members, one, other, known):
            if other in fixed:
                fixed.add(one)
            _join(links, members, one, other)
            for third in links[one]:
                mean = _mean(links, members, one, third, known)
                if mean >= join:
                    heapq.heappush(heap, (-mean, min(one, third), max(one, third)))
    return sorted(sorted(each) for each in members.values())


def labels(size: int, groups: Iterable[Sequence[int]]) -> list[int | None]:
    """Return for each of `range(size)` the number of its group, counted from 1; None for who is alone."""
    found: list[int | None] = [None] * size
    for number, group in enumerate((each for each in groups if len(each) > 1), 1):
        for member in group:
            found[member] = number
    return found


def _mean(
    links: Mapping[int, Mapping[int, float]],
    members: Mapping[int, Sequence[int]],
    one: int,
    other: int,
    known: int,
) -> float:
    sizes = len(members[one]), len(members[other])
    return links[one][other] / min(sizes[0] * sizes[1], known * min(sizes))


def _join(links: dict[int, dict[int, float]], members: dict[int, list[int]], one: int, other: int) -> None:
    """Put `other`, the later one, into `one`; links are sums, so that they add up."""
    members[one] += members.pop(other)
    mine, theirs = links[one], links.pop(other)
    mine.pop(other, None)
    theirs.pop(one, None)
    for third, total in theirs.items():
        around = links[third]
        around.pop(other)
        mine[third] = around[one] = mine.get(third, 0.0) + total
