"""What happened to tickets, chain by chain, as `replay` reads it: for ledgers, past boards, proofs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pydantic_core import from_json
from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.orm import Session

from models.prepared import Prepared, listed
from models.rules.replay import TOLD_BY
from models.tables import Event


class Told(NamedTuple):
    """An event as `replay` reads it."""

    ticket_id: int
    id: int
    seq: int
    at: datetime
    verb: str
    to_status: str
    data: Mapping[str, Any]


_CHAINS: Final = Prepared(
    {
        dialect: select(
            *(Event.ticket_id, Event.id, Event.seq, Event.at, Event.verb, Event.to_status, Event.data)
        )
        .where(these, Event.at <= bindparam("at"), Event.verb.in_(map(literal_column, map(repr, TOLD_BY))))
        .order_by(Event.ticket_id, Event.seq)
        for dialect, these in listed(Event.ticket_id, "tickets").items()
    },
    *("tickets", "at"),
)
_AT, _DATA = Told._fields.index("at"), Told._fields.index("data")
_AS_TOLD: Final[Callable[[Any], Told]] = partial(tuple.__new__, Told)
"""What `Told._make` does, in a third of the time: there are four events to an entry."""

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def chains_of(session: Session, tickets: Sequence[int], as_of: datetime) -> dict[int, list[Told]]:
    """Return what happened to tickets until `as_of`, as far as it tells what they were."""
    chains: dict[int, list[Told]] = defaultdict(list)
    found = _CHAINS.raw(session, tickets=tickets, at=as_of)
    if not found:
        return chains
    columns: list[Iterable[Any]] = [*zip(*found, strict=True)]
    if isinstance(found[0][_AT], str):  # SQLite keeps text, which PostgreSQL's driver has read already
        columns[_AT] = map(datetime.fromisoformat, [at + "+00:00" for at in columns[_AT]])
        columns[_DATA] = [_NOTHING if told == "{}" else from_json(told) for told in columns[_DATA]]
    for fact in map(_AS_TOLD, zip(*columns, strict=True)):
        chains[fact[0]].append(fact)
    return chains
