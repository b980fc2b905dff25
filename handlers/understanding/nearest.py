"""An index in memory of which cases lie near a text: 56 bytes a case, added to one by one. Wants numpy.

Of each vector only the signs are kept, 384 bits. The nearest are among the cases of a type that differ from
a text in the fewest; their vectors, small whole numbers kept in the database, decide the order.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from .deep import DeepModel
from .embedding import SIZE

BITS: Final = SIZE // 64
"""Words of 64 bits that hold the signs of a vector."""
CHUNK: Final = 1 << 15
"""Cases compared at once: few enough that what is between stays in a processor's cache."""
CANDIDATES: Final = 96
_SORTED_ONCE: Final = 4
"""So many times as many as are wanted are gathered before the nearest of them are chosen."""
_FIRST: Final = 1024
_LARGEST: Final = 127


class Small:
    """From a vector of the embedding to small whole numbers around the mean of our examples, and back."""

    def __init__(self, mean: Sequence[float] | None = None) -> None:
        self._mean = np.array(DeepModel.load().mean if mean is None else mean, dtype=np.float32)

    def of(self, vector: Sequence[float]) -> bytes:
        """Return a vector as bytes, centred: one signed byte for each number."""
        centred = np.array(vector, dtype=np.float32) - self._mean
        most = float(np.abs(centred).max()) or 1.0
        small: bytes = np.rint(centred * (_LARGEST / most)).astype(np.int8).tobytes()
        return small


def cosines(one: bytes, others: Sequence[bytes]) -> list[float]:
    """Return the cosines between a kept vector and others."""
    if not others:
        return []
    mine = np.frombuffer(one, dtype=np.int8).astype(np.float32)
    theirs = np.frombuffer(b"".join(others), dtype=np.int8).reshape(len(others), SIZE).astype(np.float32)
    lengths = np.linalg.norm(theirs, axis=1) * np.linalg.norm(mine)
    return [float(each) for each in (theirs @ mine) / np.where(lengths == 0, 1, lengths)]


def signs(kept: bytes) -> Any:
    """Return the signs of the numbers of kept vectors, a row of `BITS` words each."""
    numbers = np.frombuffer(kept, dtype=np.int8).reshape(-1, SIZE)
    return np.packbits(numbers > 0, axis=1).view(np.uint64)


class Nearest:
    """The cases that can be compared, by type. Not for several threads."""

    def __init__(self) -> None:
        self._shelves: dict[str, _Shelf] = {}
        self._types: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._types)

    def add(self, ticket_id: int, type_code: str, kept: bytes) -> None:
        """Add a case, or move one that got another type."""
        self.add_all(type_code, [ticket_id], kept)

    def add_all(self, type_code: str, ticket_ids: Sequence[int], kept: bytes) -> None:
        """Add cases of one type with their vectors one behind the other."""
        for each in ticket_ids:
            self.remove(each)
            self._types[each] = type_code
        self._shelves.setdefault(type_code, _Shelf()).add(ticket_ids, signs(kept))

    def remove(self, ticket_id: int) -> None:
        """Forget a case, if it is known."""
        type_code = self._types.pop(ticket_id, None)
        if type_code is not None:
            self._shelves[type_code].remove(ticket_id)

    def near(self, type_code: str, kept: bytes, most: int = CANDIDATES) -> list[int]:
        """Return the cases of a type among which the nearest to a vector are, nearest first."""
        shelf = self._shelves.get(type_code)
        return [] if shelf is None else shelf.near(signs(kept)[0], most)


class _Shelf:
    """The cases of one type. A column holds one word of every case: columns are gone through, not rows."""

    def __init__(self) -> None:
        self._size = 0
        self._signs: Any = np.zeros((BITS, _FIRST), dtype=np.uint64)
        self._ids: Any = np.zeros(_FIRST, dtype=np.int64)

    def add(self, ticket_ids: Sequence[int], rows: Any) -> None:
        size = self._size + len(ticket_ids)
        while size > len(self._ids):
            self._signs = np.hstack([self._signs, np.zeros_like(self._signs)])
            self._ids = np.concatenate([self._ids, np.zeros_like(self._ids)])
        self._signs[:, self._size : size] = rows.T
        self._ids[self._size : size] = ticket_ids
        self._size = size

    def remove(self, ticket_id: int) -> None:
        """Put the last in its place: rare, so it may cost a look at all."""
        places = np.nonzero(self._ids[: self._size] == ticket_id)[0]
        if len(places):
            last = self._size - 1
            self._signs[:, places[0]], self._ids[places[0]] = self._signs[:, last], self._ids[last]
            self._size = last

    def near(self, mine: Any, most: int) -> list[int]:
        """Keep, a chunk at a time, what is no farther than the worst of the best so far."""
        limit, kept = SIZE, _nothing()
        waiting: list[tuple[Any, Any]] = []
        for start, far in self._chunks(mine):
            places = np.flatnonzero(far <= limit)
            if len(places):
                waiting.append((far[places], places + start))
            if len(kept[0]) + sum(len(each) for each, _ in waiting) >= most * _SORTED_ONCE:
                limit, kept = _best([kept, *waiting], most)
                waiting = []
        _, (far, places) = _best([kept, *waiting], most)
        ids = self._ids[places]
        return [int(each) for each in ids[np.lexsort((ids, far))][:most]]

    def _chunks(self, mine: Any) -> Iterator[tuple[int, Any]]:
        """Yield in how many signs each case differs, by chunks: what is between stays in a cache.

        Half of the words differ in 192 signs at most, which one byte holds.
        """
        words, few = np.empty(CHUNK, dtype=np.uint64), np.empty(CHUNK, dtype=np.uint8)
        halves, far = np.empty((2, CHUNK), dtype=np.uint8), np.empty(CHUNK, dtype=np.uint16)
        for start in range(0, self._size, CHUNK):
            size = min(CHUNK, self._size - start)
            halves[:, :size] = 0
            for column in range(BITS):
                np.bitwise_xor(self._signs[column, start : start + size], mine[column], out=words[:size])
                np.bitwise_count(words[:size], out=few[:size])
                halves[column % 2, :size] += few[:size]
            np.add(halves[0, :size], halves[1, :size], out=far[:size], dtype=np.uint16)
            yield start, far[:size]


def _nothing() -> tuple[Any, Any]:
    return np.zeros(0, dtype=np.uint16), np.zeros(0, dtype=np.int64)


def _best(some: Sequence[tuple[Any, Any]], most: int) -> tuple[int, tuple[Any, Any]]:
    """Return how far the last of the `most` nearest is, and all that are no farther, with their places."""
    far = np.concatenate([each for each, _ in some])
    places = np.concatenate([each for _, each in some])
    if len(far) <= most:
        return SIZE, (far, places)
    limit = int(np.partition(far, most - 1)[most - 1])
    is_near = far <= limit
    return limit, (far[is_near], places[is_near])
