"""Pages of a list: `?limit=&after=`, answered with `{"items": [...], "next": ...}`.

`after` is an opaque place in the list, not an offset: rows added between two pages neither hide nor repeat
others.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Final, Generic, TypeVar

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from bot.web.api.problems import INVALID, Refusal

LARGEST: Final = 2**63 - 1
MOST: Final = 200
_NOWHERE: Final = "not a place in this list"

Row = TypeVar("Row")
View = TypeVar("View", bound=BaseModel)


def cursor(*place: int) -> str:
    """Return a place in a list as one opaque word."""
    return base64.urlsafe_b64encode(",".join(map(str, place)).encode()).rstrip(b"=").decode()


def place_of(word: str, size: int) -> tuple[int, ...]:
    """Return the place behind a cursor.

    Raises:
        ValueError: it is none of ours.
    """
    place = numbers_of(word)
    if len(place) != size:
        raise ValueError(_NOWHERE)
    return place


def numbers_of(word: str) -> tuple[int, ...]:
    """Return the numbers in a cursor, one at least.

    Raises:
        ValueError: it is none of ours.
    """
    try:
        text = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True).decode("ascii")
        numbers = tuple(int(part) for part in text.split(","))
    except (binascii.Error, ValueError):
        raise ValueError(_NOWHERE) from None
    if not all(0 <= part <= LARGEST for part in numbers):
        raise ValueError(_NOWHERE)
    return numbers


def checked(word: str, size: int) -> str:
    """Return `word` if it is a place of `size` numbers.

    Raises:
        ValueError: it is not.
    """
    place_of(word, size)
    return word


class Bounds(BaseModel):
    """How much of a list is wanted; a parameter that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(50, ge=1, le=MOST, description="How many items at most.")


class Paging(Bounds):
    """A page of a list ordered by one number."""

    after: Annotated[str, Field(max_length=100), AfterValidator(partial(checked, size=1))] | None = Field(
        None, description="`next` of the page before."
    )

    @property
    def place(self) -> int:
        """Behind which number the page starts."""
        return 0 if self.after is None else place_of(self.after, 1)[0]


class Sparse(Bounds):
    """A long list, of which perhaps only some fields are wanted."""

    shown: ClassVar[type[BaseModel]]
    fields: str | None = Field(
        None,
        max_length=500,
        description="Names of fields with commas between them: items have these, and what they are known by.",
        examples=["id"],
    )

    @field_validator("fields")
    @classmethod
    def _exist(cls, names: str | None) -> str | None:
        if names is not None and not set(names.split(",")) <= set(cls.shown.model_fields):
            raise ValueError("no such field")
        return names

    @property
    def chosen(self) -> frozenset[str] | None:
        """The names of the fields that are wanted, with what an item is known by; None for all."""
        if self.fields is None:
            return None
        known_by = "number" if "number" in self.shown.model_fields else "id"
        return frozenset([known_by, *self.fields.split(",")])

    def wants(self, name: str) -> bool:
        """Whether a field will be shown."""
        return self.chosen is None or name in self.chosen

    def pick(self, page: "Page[View]") -> "Page[View] | SparsePage":
        """Return the page with the fields that are wanted."""
        if self.chosen is None:
            return page
        items = [item.model_dump(mode="json", include=set(self.chosen)) for item in page.items]
        return SparsePage(items=items, next=page.next)


class SparsePage(BaseModel):
    """Some fields of some items of a list: those that `fields` names, and what they are known by."""

    items: list[dict[str, Any]] = Field(examples=[[{"id": 1}]])
    next: str | None = Field(examples=[cursor(50)])


class Page(BaseModel, Generic[View]):
    """Some items of a list. `next` leads to those behind them, null if there are none yet."""

    items: list[View]
    next: str | None = Field(examples=[cursor(50)])

    @classmethod
    def of(
        cls,
        rows: Sequence[Row],
        limit: int,
        view: Callable[[Row], View],
        place: Callable[[Any], int | tuple[int, ...]] = lambda row: row.id,
    ) -> "Page[View]":
        """Return the page of `rows`, of which there is one too many if others follow."""
        shown = rows[:limit]
        last = place(shown[-1]) if len(rows) > limit else None
        more = None if last is None else cursor(*((last,) if isinstance(last, int) else last))
        return cls(items=[view(row) for row in shown], next=more)


def nothing_asked(request: Request) -> None:
    """Refuse parameters where none are known.

    Raises:
        Refusal: there is one.
    """
    if request.query_params:
        raise Refusal(INVALID)
