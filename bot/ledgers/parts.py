"""A ledger read part by part: here, or several parts at once in processes of their own.

A page is shaped where it is read, so that only text travels. A part is of the moment it is read:
what it shows is of the moment asked for, whenever that is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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


def shaped(session: Session, part: Part, each: Spread | None = None, *, every: int = PART) -> Iterator[Any]:
    """Yield each page of a part in its shape, in the order of the entries; read by `each` if it is given."""
    if each is None:
        yield from _read(session, part)
        return
    places = [part.after, *ledger.places(session, part.asked, every=every), part.upto]
    parts = [Part(part.asked, part.columns, part.shape, after, upto) for after, upto in pairwise(places)]
    yield from chain.from_iterable(each(_there, parts))


def _there(database: Database, part: Part) -> list[Any]:
    with database.reading() as session:
        return [*_read(session, part)]


def _read(session: Session, part: Part) -> Iterator[Any]:
    found = pages(session, part.asked, catalog.ledger_form(), part.columns, after=part.after, upto=part.upto)
    return map(part.shape, found)
