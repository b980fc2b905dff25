"""Pages of lists by id, which on PostgreSQL miss nothing that is committed late (ADR 0226)."""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Annotated, Any, Final, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy.orm import Session

from bot.web.api.paging import Bounds, Page, Sparse, cursor, numbers_of
from models.queries.growing import EVERYTHING, START, Behind, may_overlap, settled
from models.tables import Base

REMEMBERED: Final = 500
"""So many rows beyond a transaction that is still open a place remembers; before more, a page ends."""

LONGEST: Final = 8000

Row_co = TypeVar("Row_co", covariant=True)
View = TypeVar("View", bound=BaseModel)


class Read(Protocol[Row_co]):
    """Reads rows of a list in the order of their ids."""

    def __call__(self, *, after: Behind, limit: int) -> Sequence[Row_co]:
        """Return up to `limit` rows behind a place."""


def word_of(place: Behind) -> str:
    """Return a place as one word: an id, how many are remembered, and the steps to each."""
    steps = [second - first for first, second in pairwise((place.upto, *place.seen))]
    return cursor(place.upto, len(steps), *steps) if steps else cursor(place.upto)


def behind(word: str) -> Behind:
    """Return the place behind a word.

    Raises:
        ValueError: it is none of ours, or one of a list in another order.
    """
    upto, *more = numbers_of(word)
    if not more:
        return Behind(upto)
    count, *steps = more
    seen = tuple(accumulate(steps, initial=upto))[1:]
    if not 0 < count == len(steps) <= REMEMBERED or not all(steps) or seen[-1] > EVERYTHING:
        raise ValueError("not a place in this list")
    return Behind(upto, seen)


def _checked(word: str) -> str:
    behind(word)
    return word


After = Annotated[str, Field(max_length=LONGEST), AfterValidator(_checked)]


class Listing(Bounds):
    """A page of a list ordered by id."""

    after: After | None = Field(None, description="`next` of the page before.")

    def page(
        self,
        session: Session,
        listed: type[Base],
        read: Read[Any],
        view: Callable[[Any], View],
        id_of: Callable[[Any], int] = lambda row: row.id,
    ) -> Page[View]:
        """Return the page of what `read` finds in the table `listed`."""
        place = START if self.after is None else behind(self.after)
        return page_by_id(session, listed, read, view, id_of, place=place, limit=self.limit)


class SparseListing(Sparse, Listing):
    """A page of a list ordered by id, of which perhaps only some fields are wanted."""


def page_by_id(
    session: Session,
    listed: type[Base],
    read: Read[Any],
    view: Callable[[Any], View],
    id_of: Callable[[Any], int],
    *,
    place: Behind,
    limit: int,
) -> Page[View]:
    """Return a page behind a place.

    What is settled is asked before the rows are read. A list that begins is mostly short, and then it does
    not matter: only if there is more, its first page is read once again behind that question.
    """
    begins = place == START and may_overlap(session)
    upto = 0 if begins else settled(session, listed)
    rows = read(after=place, limit=limit + 1)
    if begins and len(rows) > limit:
        upto = settled(session, listed)
        session.expunge_all()  # they are of a later moment now, all of them
        rows = read(after=place, limit=limit + 1)
    shown = rows[:limit]
    next_ = place.past([id_of(row) for row in shown], upto)
    too_many = len(next_.seen) - REMEMBERED
    if len(rows) <= limit:
        return Page(items=[view(row) for row in shown], next=None)
    if too_many > 0:
        shown = shown[: len(shown) - too_many]
        next_ = place.past([id_of(row) for row in shown], upto)
    return Page(items=[view(row) for row in shown], next=word_of(next_))
