"""The rows that tell a second time what the events of a block of tickets tell, beside those events."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic_core import from_json
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.rules import copies
from models.rules.chain import moment
from models.rules.copies import Fact, Row
from models.rules.lifecycle import Verb
from models.rules.proof import ALTERED, Flaw
from models.tables import CoHandling, Decline, Extension, Message, Pause, Side

_LOW, _HIGH = (bindparam(name, type_=Decline.ticket_id.type) for name in ("low", "high"))
_UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError)
"""What comes of reading events that somebody has tampered with: their chain names them."""

_OF: Final[dict[type[Any], tuple[str, ...]]] = {
    Decline: (
        *("code", "words", "channel", "declined_at", "declined_by", "appealed_at", "appeal"),
        *("decided_at", "verdict", "verdict_reason", "decided_by"),
    ),
    CoHandling: (
        *("unit_id", "asked_by", "task", "state", "asked_at", "joined_at", "answered_at", "ended_at"),
        "reason",
    ),
    Extension: (
        *("event_id", "days", "clocks", "reason", "asked_by", "asked_at", "decided_by", "decided_at"),
        "is_granted",
    ),
    Pause: ("event_id", "began_at", "until", "reason", "decided_by", "ended_at"),
}
_RULES: Final[dict[type[Any], Callable[[str, Sequence[Fact], Sequence[Row]], Iterable[Flaw]]]] = {
    Decline: copies.refusals,
    CoHandling: copies.help_asked,
    Extension: copies.extensions,
    Pause: copies.pauses,
}
_MAKES: Final = frozenset({Verb.DECLINE, Verb.CALL_IN, Verb.EXTEND, Verb.PAUSE})
"""Verbs of events that have a row beside them."""


def _rows(table: type[Any]) -> Prepared:
    columns = [getattr(table, name) for name in ("ticket_id", "id", *_OF[table])]
    inside = table.ticket_id >= _LOW, table.ticket_id < _HIGH
    return Prepared(select(*columns).where(*inside).order_by(table.ticket_id, table.id))


_STORED: Final = {table: _rows(table) for table in _OF}
_SAID: Final = Prepared(
    select(Decline.id, Message.text)
    .join(Message, Message.ticket_id == Decline.ticket_id)
    .where(Decline.ticket_id >= _LOW, Decline.ticket_id < _HIGH)
    .where(Message.at == Decline.appealed_at, Message.side == Side.ENTERPRISE.value)
)

Stored = dict[type[Any], dict[int, list[Row]]]


def stored(session: Session, *, low: int, high: int) -> Stored:
    """Return the rows of tickets from `low` to below `high`, by table and ticket."""
    found: Stored = {}
    for table, wanted in _STORED.items():
        of_table: defaultdict[int, list[Row]] = defaultdict(list)
        for ticket_id, *values in wanted.all(session, low=low, high=high):
            of_table[ticket_id].append(_row(table, values))
        found[table] = of_table
    if found[Decline]:
        said: defaultdict[int, list[str]] = defaultdict(list)
        for decline_id, words in _SAID.all(session, low=low, high=high):
            said[decline_id].append(words)
        for rows in found[Decline].values():
            rows[:] = [{**row, "said": said[row["id"]]} for row in rows]
    return found


def _row(table: type[Any], values: Sequence[Any]) -> Row:
    named = zip(("id", *_OF[table]), values, strict=True)
    return {name: moment(value) if isinstance(value, datetime) else value for name, value in named}


def flaws(facts: Iterable[Sequence[Any]], rows: Stored, name: Callable[[int], str]) -> list[Flaw]:
    """Return what rows and events of a block do not agree on.

    `facts` are the events by ticket and number: ticket, number, id, moment, verb, role, actor, status, data.
    """
    facts = list(facts)
    concerned = {each[0] for each in facts if each[4] in _MAKES}
    concerned.update(*rows.values())
    chains: defaultdict[int, list[Fact]] = defaultdict(list)
    if not concerned:
        return []
    found: list[Flaw] = []
    unreadable = set()
    for ticket_id, *told, data in facts:
        if ticket_id in concerned:
            try:
                chains[ticket_id].append(Fact._make([*told, from_json(data)]))
            except _UNREADABLE:
                unreadable.add(ticket_id)
    for ticket_id in sorted(concerned - unreadable):
        for table, rule in _RULES.items():
            try:
                found += rule(name(ticket_id), chains[ticket_id], rows[table].get(ticket_id, ()))
            except _UNREADABLE:
                says = f"what it tells of {table.__tablename__} cannot be followed"
                found.append(Flaw(name(ticket_id), None, ALTERED, says))
    return found
