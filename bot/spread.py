"""Long work in pieces that know nothing of one another: at once, in a process for each core.

A piece is a function of the database and of what it is about; both travel to the processes, so both can be
pickled. What is found comes in the order of the pieces, and few are ahead of whoever takes it.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from functools import partial
from multiprocessing import get_context
from traceback import format_exception
from typing import Final, Protocol, TypeVar

from bot.collector import spare_the_collector
from bot.orphans import when_orphaned
from models.session import Database

MANY: Final = 50_000
"""Rows to read for which processes are worth the second that each takes to begin."""

MOST: Final = 8
"""Processes at once, however many cores there are: each takes a connection and some 100 MB."""

AHEAD: Final = 2
"""Pieces under way or waiting to be taken, for each core."""

_Piece = TypeVar("_Piece")
_Found = TypeVar("_Found")


class Spread(Protocol):
    """Does a piece of work after the other, or several at once."""

    def __call__(
        self, work: Callable[[Database, _Piece], _Found], pieces: Iterable[_Piece], /
    ) -> Iterator[_Found]:
        """Yield what `work` returns for each piece, in their order."""


def cores() -> int:
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_turn(database: Database) -> Spread:
    """Return what does the pieces here, one after the other."""

    def each(work: Callable[[Database, _Piece], _Found], pieces: Iterable[_Piece], /) -> Iterator[_Found]:
        return map(partial(work, database), pieces)

    return each


def spread(database: Database, rows: int) -> AbstractContextManager[Spread | None]:
    """Return what reads so many rows at once, None where that is not worth it or there is but one core."""
    count = min(cores(), MOST)
    return at_once(database, count) if rows >= MANY and count > 1 else nullcontext()


@contextmanager
def at_once(database: Database, count: int) -> Iterator[Spread]:
    """Yield what does pieces in `count` processes, each with connections of its own, until the block ends."""
    address = database.url.render_as_string(hide_password=False)
    # Forked processes would share our connections.
    pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=_begin, initargs=(address,))

    def each(work: Callable[[Database, _Piece], _Found], pieces: Iterable[_Piece], /) -> Iterator[_Found]:
        under_way: deque[Future[_Found]] = deque()
        for piece in pieces:
            under_way.append(pool.submit(_do, work, piece))
            if len(under_way) > AHEAD * count:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()

    try:
        yield each
    finally:
        pool.shutdown(cancel_futures=True)


_OURS: Final[list[Database]] = []


def _begin(address: str) -> None:
    # Work that nobody takes must not go on for ever.
    when_orphaned(partial(os._exit, 1))
    spare_the_collector()
    _OURS.append(Database(address, connections=1))


def _do(work: Callable[[Database, _Piece], _Found], piece: _Piece) -> _Found:
    try:
        return work(_OURS[0], piece)
    except Exception as error:
        if _travels(error):
            raise
        raise RuntimeError("".join(format_exception(error))) from None


def _travels(error: Exception) -> bool:
    """Whether an exception can be told to another process; one made of several things often cannot."""
    try:
        copy(error)
    except TypeError:  # it is made of something else than its words
        return False
    return True
