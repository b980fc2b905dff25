"""A ledger read part by part: here, or several parts at once in processes of their own.

A page is shaped where it is read, so that only text travels. A part is of the moment it is read:
what it shows is of the moment asked for, whenever that is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.ledgers.cells import Column, pages
from bot.spread import Spread
from config import catalog
from config.catalog import LedgerColumn
from models.queries import ledger
from models.queries.ledger import BATCH, Asked, Place
from models.session import Database

PART: Final = 2 * BATCH
"""Entries of a part: enough that asking for it costs little, few enough that memory stays flat."""

Shape = Callable[[Sequence[Column]], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """Entries of one ledger behind `after`, up to `upto` if it does not go on to the end."""

    asked: Asked
    columns: Sequence[LedgerColumn]
    shape: Shape
    after: Place | None = None
    upto: Place | None = None


def shaped(source: Session | Spread, part: Part, *, every: int = PART) -> Iterator[Any]:
    """Yield each page of a part in its shape, in the order of the entries.

    They are read through a session here, or in parts of so many entries at once; then no session of ours
    stands open meanwhile.
    """
    if isinstance(source, Session):
        yield from _read(source, part)
        return
    (places,) = source(partial(_places, every), [part.asked])
    ends = [part.after, *places, part.upto]
    parts = [Part(part.asked, part.columns, part.shape, after, upto) for after, upto in pairwise(ends)]
    yield from chain.from_iterable(source(_there, parts))


def _places(every: int, database: Database, asked: Asked) -> Sequence[Place]:
    with database.reading() as session:
        return ledger.places(session, asked, every=every)


def _there(database: Database, part: Part) -> list[Any]:
    with database.reading() as session:
        return [*_read(session, part)]


def _read(session: Session, part: Part) -> Iterator[Any]:
    found = pages(session, part.asked, catalog.ledger_form(), part.columns, after=part.after, upto=part.upto)
    return map(part.shape, found)
