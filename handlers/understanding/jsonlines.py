"""JSON objects, a line each: read with every fault named by its line, and answered by `liaison classify`.

Files and streams are the caller's.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from .classifier import Verdict, default_classifier
from .facts import as_json, facts_in
from .in_context import Context, intent_in

Classify = Callable[[str], Verdict]
Line = str | bytes
Read = TypeVar("Read")


class BadLine(ValueError):
    """A line is not a JSON object with what was asked for."""


def classify_line(obj: Mapping[str, Any], today: date, classify: Classify | None = None) -> dict[str, Any]:
    """Return `id intent type confidence second scores facts` for `{"id", "text", "time"}`.

    `time`, an ISO date or moment, is when the text was said, by which its 三年前 and 下周五 are read; without
    it that is `today`. The intent is read in the situation of which `open` (is there an open case), `asked`
    (which question of ours is open) and `said` (our last words) tell.

    Raises:
        BadLine: `text` is missing or not a string, `time` is no date, or the situation is not of
            its kind.
    """
    text, said_on = text_of(obj), _day(obj, today)
    verdict = (classify or default_classifier().classify)(text)
    return {
        "id": obj.get("id"),
        "intent": intent_in(text, situation_of(obj)).value,
        "type": verdict.type,
        "confidence": verdict.confidence,
        "second": verdict.second,
        "scores": dict(verdict.scores),
        "facts": as_json(facts_in(text, said_on, type_code=verdict.type)),
    }


def situation_of(obj: Mapping[str, Any]) -> Context:
    """Return the situation that a line tells: `open`, `asked` and `said`.

    Raises:
        BadLine: one of them is not of its kind.
    """
    is_open, asked, said = obj.get("open"), obj.get("asked"), obj.get("said")
    for name, value, kind in (("open", is_open, bool), ("asked", asked, str), ("said", said, str)):
        if value is not None and not isinstance(value, kind):
            raise BadLine(f"{obj.get('id')!r}: `{name}` is no {kind.__name__}")
    return Context(bool(is_open), asked, said or "")


def classify_lines(lines: Iterable[Line], today: date, classify: Classify | None = None) -> Iterator[str]:
    """Yield the answer to each line, blank ones left out; the fast path tells types if nothing is named.

    Raises:
        BadLine: a line is not JSON, not an object, has no text or a wrong time; the message counts from 1.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _written(classify_line(object_of(line), today, classify))
            except ValueError as error:
                raise BadLine(f"line {number}: {error}") from error


def _day(obj: Mapping[str, Any], today: date) -> date:
    """Return the day on which a line was said, in its own time zone."""
    said = obj.get("time")
    if said is None:
        return today
    try:
        return datetime.fromisoformat(said).date()
    except (TypeError, ValueError):
        raise BadLine(f"{obj.get('id')!r} has a time that is no date: {said!r}") from None


def read_all(
    lines: Iterable[Line], read: Callable[[Mapping[str, Any]], Read]
) -> tuple[list[Read], list[str]]:
    """Return what `read` makes of each line, blank ones left out, and what is wrong with the bad ones."""
    good, bad = [], []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                good.append(read(object_of(line)))
            except ValueError as error:
                bad.append(f"line {number}: {error}")
    return good, bad


def object_of(line: Line) -> Mapping[str, Any]:
    """Return the object that a line holds.

    Raises:
        ValueError: it holds none, or one nested too deeply to be read.
    """
    plain = line.decode("utf-8") if isinstance(line, bytes) else line
    try:
        read = json.loads(plain.removeprefix("\ufeff"))
    except RecursionError:
        raise BadLine("nested too deeply") from None
    if not isinstance(read, dict):
        raise BadLine("not a JSON object")
    return read


def text_of(obj: Mapping[str, Any]) -> str:
    """Return the text of an object.

    Raises:
        BadLine: it has none.
    """
    text = obj.get("text")
    if not isinstance(text, str):
        raise BadLine(f"{obj.get('id')!r} has no text")
    return text


def _written(answer: Mapping[str, Any]) -> str:
    """Return an answer as JSON; an id with half a surrogate pair in it is escaped, as no encoding has it."""
    plain = json.dumps(answer, ensure_ascii=False)
    is_whole = plain.encode("utf-8", "ignore").decode() == plain
    return plain if is_whole else json.dumps(answer)
