"""Every promise of the owner's on a case, and when each was kept, told by its events alone. Pure.

`replay` tells the newest date of each name, which is what ledgers and past walls are made of. Here are all
rows of `clocks` that the counts are made of: what each event does to them is what `models.actions` did then.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from models.rules.clocks import KEEPS, OF_OTHERS
from models.rules.lifecycle import FINISHED, Status, Verb
from models.rules.states import Fact

_CONTACT: Final = "first_contact"
_FORWARD: Final = "forward"
_REPORT: Final = "progress"
_RESULTS: Final = ("result", "answer", "total")
_KEEPS: Final = {str(verb): frozenset(map(str, names)) for verb, names in KEEPS.items()}
_ENDS: Final = frozenset(map(str, FINISHED))


@dataclass(slots=True)
class Promise:
    """What must have happened by when, promised `since` when, and when it did happen."""

    name: str
    since: datetime
    due: datetime
    kept: datetime | None = None


@dataclass(slots=True)
class _Word:
    seq: int
    verb: str
    at: datetime


@dataclass(slots=True)
class Promises:
    """The promises of one case, oldest first; `aside` are those put aside while it is merged (并案)."""

    rows: list[Promise] = field(default_factory=list)
    aside: list[Promise] = field(default_factory=list)
    words: list[_Word] = field(default_factory=list)
    """What the desk said and did not take back."""
    contact: datetime | None = None
    status: str = ""
    refused_at: datetime | None = None

    def start(self, dues: Mapping[str, str], since: datetime) -> None:
        """Promise something by these dates."""
        for name, due in dues.items():
            if name not in OF_OTHERS:
                self.rows.append(Promise(name, since, datetime.fromisoformat(due)))

    def keep(self, names: Iterable[str], at: datetime) -> None:
        """Keep what is promised under these names and was not kept."""
        for row in self.rows:
            if row.kept is None and row.name in names:
                row.kept = at

    def rekeep(self, name: str, at: datetime, kept: datetime | None) -> None:
        """Have what was kept at `at` be kept at another moment, or not at all."""
        for row in self.rows:
            if row.name == name and row.kept == at:
                row.kept = kept


def promised(facts: Iterable[Fact]) -> Promises:
    """Return what the owner of a case has promised, and when each promise was kept.

    `facts` are the events of one case in the order of `seq`, the first of which tells dates (since 0125).

    Raises:
        LookupError, TypeError, ValueError, AttributeError: they are not what the service wrote.
    """
    found = Promises()
    for fact in facts:
        verb, data = fact.verb, fact.data
        if verb in _KEEPS:
            found.keep(_KEEPS[verb], fact.at)
        if verb in _UNDOES:
            _go_on(found)
        if "due" in data and verb != Verb.RETYPE:
            found.start(data["due"], fact.at)
        if "moved" in data:
            _move(found, data["moved"])
        act = _ACTS.get(verb)
        if act is not None:
            act(found, fact)
        found.status = fact.to_status
    return found


def _go_on(found: Promises) -> None:
    """It was not done after all: the newest dates of its result stand."""
    for name in _RESULTS:
        newest = next((row for row in reversed(found.rows) if row.name == name), None)
        if newest is not None:
            newest.kept = None


def _move(found: Promises, moved: Iterable[tuple[str, Any, str]]) -> None:
    for name, before, after in moved:
        was = None if name in OF_OTHERS else datetime.fromisoformat(before)
        for row in found.rows:
            if row.name == name and row.kept is None and row.due == was:
                row.due = datetime.fromisoformat(after)
                break


def _retype(found: Promises, fact: Fact) -> None:
    """Take the dates of the new type in place of those that nobody has kept."""
    if "due" in fact.data:
        found.rows = [row for row in found.rows if row.kept is not None]
        found.start(fact.data["due"], fact.at)


def _speak(found: Promises, fact: Fact) -> None:
    found.words.append(_Word(fact.seq, fact.verb, fact.at))
    if found.contact is None:
        found.contact = fact.at
        found.keep((_CONTACT,), fact.at)


def _reopen(found: Promises, fact: Fact) -> None:
    if found.status == Status.DECLINED and found.refused_at is not None:
        found.rekeep(_FORWARD, found.refused_at, None)
    _speak(found, fact)


def _decline(found: Promises, fact: Fact) -> None:
    found.words.append(_Word(fact.seq, fact.verb, fact.at))
    found.contact = found.contact or fact.at
    found.refused_at = fact.at
    _end(found, fact)


def _end(found: Promises, fact: Fact) -> None:
    """The case is over: what was not due yet is void, what had run out stays on record."""
    found.rows = [row for row in found.rows if row.kept is not None or row.due <= fact.at]
    for row in found.rows:
        row.kept = row.kept or fact.at


def _merge(found: Promises, _fact: Fact) -> None:
    found.aside = [row for row in found.rows if row.kept is None]
    found.rows = [row for row in found.rows if row.kept is not None]


def _stand_alone(found: Promises, _fact: Fact) -> None:
    found.rows += found.aside
    found.aside = []


def _retract(found: Promises, fact: Fact) -> None:
    """Take words back, and with them what they had answered."""
    place = next((n for n, word in enumerate(found.words) if word.seq == fact.data["of"]), None)
    if place is None:
        return
    word = found.words.pop(place)
    later, is_over = found.words[place:], found.status in _ENDS
    if found.contact == word.at:
        found.contact = later[0].at if later else None
        if later or not is_over:
            found.rekeep(_CONTACT, word.at, found.contact)
    if word.verb == Verb.PROGRESS and not is_over:
        _unlink(found, word.at)
        reported = next((each.at for each in later if each.verb == Verb.PROGRESS), None)
        found.rekeep(_FORWARD, word.at, reported)


def _unlink(found: Promises, at: datetime) -> None:
    """Take out the report that was promised at `at`: the one before is what it was, or kept as it was."""
    begun = [row for row in found.rows if row.name == _REPORT and row.since == at]
    found.rows = [row for row in found.rows if row not in begun]
    found.rekeep(_REPORT, at, begun[0].kept if begun else None)


_UNDOES: Final = frozenset({str(Verb.DISPUTE), str(Verb.REOPEN)})

_ACTS: Final[Mapping[str, Callable[[Promises, Fact], None]]] = {
    Verb.RETYPE: _retype,
    Verb.REPLY: _speak,
    Verb.PROGRESS: _speak,
    Verb.RESOLVE: _speak,
    Verb.REOPEN: _reopen,
    Verb.RETRACT: _retract,
    Verb.DECLINE: _decline,
    Verb.CONFIRM: _end,
    Verb.WRITE_OFF: _end,
    Verb.WITHDRAW: _end,
    Verb.MERGE: _merge,
    Verb.SEPARATE: _stand_alone,
    Verb.REVIVE: _stand_alone,
}
