"""Rows that no event tells of, sealed a stretch at a time: which of them are not what they were. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic_core import PydanticSerializationError, to_json

from models.rules.chain import block_digest, canonical, moment
from models.rules.proof import ALTERED, DIFFERENT, MISSING, Flaw

_LEAF: Final = 8 + 16
"""Bytes that are kept of one row: its id and half its digest."""


SALT: Final = 16
"""Random bytes beside a row that holds words."""


class Stretch(NamedTuple):
    """What was sealed together: rows of one kind with ids above `after` up to `upto`."""

    kind: str
    after: int
    upto: int

    @property
    def place(self) -> str:
        """How the audit names it."""
        return f"{self.kind}/{self.after}-{self.upto}"

    @classmethod
    def read(cls, place: str) -> "Stretch":
        """Return what was named so.

        Raises:
            ValueError: nothing was.
        """
        kind, _, ids = place.partition("/")
        after, _, upto = ids.partition("-")
        return cls(kind, int(after), int(upto))


def leaf(row: Sequence[Any]) -> bytes:
    """Return what is kept of a row, whose id comes first: half the digest over it as canonical JSON."""
    try:
        said = to_json(row)  # in a quarter of the time, to the byte: there are millions of rows
    except PydanticSerializationError:  # half a character
        said = canonical(list(row)).encode("utf-8", "surrogatepass")
    return int(row[0]).to_bytes(8) + hashlib.sha256(said).digest()[:16]


def said_of(leaves: bytes, newest: datetime) -> str:
    """Return what the audit says of leaves: their digest, and when the newest of their rows came."""
    return f"{block_digest(leaves)} {moment(newest)}"


def newest_of(said: str) -> datetime:
    """Return when the newest row came of those of which the audit says this.

    Raises:
        ValueError: it does not say so.
    """
    return datetime.fromisoformat(said.partition(" ")[2])


def salted(rows: Sequence[Sequence[Any]], ids: Iterable[int], salts: bytes | None) -> Iterator[Sequence[Any]]:
    """Yield rows as they are sealed: each with its salt, where those of `ids` have salts."""
    if salts is None:
        yield from rows
        return
    cut = (salts[start : start + SALT].hex() for start in range(0, len(salts), SALT))
    salt_of = dict(zip(ids, cut, strict=False))
    for row in rows:
        yield *row, salt_of.get(row[0], "")


def resalted(leaves: bytes, salts: bytes, new: Mapping[int, bytes]) -> bytes:
    """Return the salts of leaves with new ones, by the ids of rows, in the place of theirs."""
    cut = (salts[start : start + SALT] for start in range(0, len(salts), SALT))
    return b"".join(new.get(row_id, old) for row_id, old in zip(rows_of(leaves), cut, strict=False))


def rows_of(leaves: bytes) -> dict[int, bytes]:
    """Return the leaves that were put together, by the ids of their rows."""
    cut = (leaves[start : start + _LEAF] for start in range(0, len(leaves), _LEAF))
    return {int.from_bytes(one[:8]): one for one in cut}


def differing(
    kind: str, sealed: Mapping[int, bytes], stored: Mapping[int, bytes], may_be_gone: Mapping[int, bool]
) -> Iterator[Flaw]:
    """Yield each row that is not as it was sealed, by its id; `may_be_gone` says which need not be."""
    for row_id in sorted({*sealed, *stored}):
        name = f"{kind} {row_id}"
        if row_id not in sealed:
            yield Flaw(name, None, DIFFERENT, "it was not there when its neighbours were sealed")
        elif may_be_gone.get(row_id):
            continue
        elif row_id not in stored:
            yield Flaw(name, None, MISSING, "it was sealed, and is not there")
        elif stored[row_id] != sealed[row_id]:
            yield Flaw(name, None, ALTERED, "it is not what it was when it was sealed")
