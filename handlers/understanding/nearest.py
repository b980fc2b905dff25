"""An index in memory of which cases lie near a text: 56 bytes a case, added to one by one. Wants numpy.

Of each vector only the signs are kept, 384 bits. The nearest are among the cases of a type that differ from
a text in the fewest; their vectors, small whole numbers kept in the database, decide the order.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from .deep import DeepModel
from .embedding import SIZE

BITS: Final = SIZE // 64
"""Words of 64 bits that hold the signs of a vector."""
CHUNK: Final = 1 << 15
"""Cases compared at once: few enough that what is between stays in a processor's cache."""
CANDIDATES: Final = 96
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
        far = self._differing(mine)
        within = np.cumsum(np.bincount(far, minlength=1))
        chosen = np.nonzero(far <= np.searchsorted(within, min(most, self._size)))[0]
        ids = self._ids[chosen]
        return [int(each) for each in ids[np.lexsort((ids, far[chosen]))][:most]]

    def _differing(self, mine: Any) -> Any:
        """Return in how many signs each case differs, a chunk at a time: what is between stays in a cache."""
        far = np.zeros(self._size, dtype=np.uint16)
        words, counts = np.empty(CHUNK, dtype=np.uint64), np.empty(CHUNK, dtype=np.uint8)
        for start in range(0, self._size, CHUNK):
            end = min(start + CHUNK, self._size)
            some, few = words[: end - start], counts[: end - start]
            for column, word in zip(self._signs, mine, strict=True):
                np.bitwise_xor(column[start:end], word, out=some)
                np.bitwise_count(some, out=few)
                far[start:end] += few
        return far
