"""`liaison classify`: JSON objects in, JSON objects out, a line each. Files and streams are the caller's."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from .classifier import Verdict, default_classifier
from .facts import as_json, facts_in
from .intents import intent_of

Classify = Callable[[str], Verdict]


class BadLine(ValueError):
    """A line is not a JSON object with a text."""


def classify_line(obj: Mapping[str, Any], today: date, classify: Classify | None = None) -> dict[str, Any]:
    """Return `id intent type confidence second scores facts` for `{"id", "text", "time"}`.

    `time`, an ISO date or moment, is when the text was said, by which its 三年前 and 下周五 are read; without
    it that is `today`.

    Raises:
        BadLine: `text` is missing or not a string, `time` is no date.
    """
    text = obj.get("text")
    if not isinstance(text, str):
        raise BadLine(f"{obj.get('id')!r} has no text")
    said_on = _day(obj, today)
    verdict = (classify or default_classifier().classify)(text)
    return {
        "id": obj.get("id"),
        "intent": intent_of(text).value,
        "type": verdict.type,
        "confidence": verdict.confidence,
        "second": verdict.second,
        "scores": dict(verdict.scores),
        "facts": as_json(facts_in(text, said_on, type_code=verdict.type)),
    }


def classify_lines(lines: Iterable[str], today: date, classify: Classify | None = None) -> Iterator[str]:
    """Yield the answer to each line, blank ones left out; the fast path tells types if nothing is named.

    Raises:
        BadLine: a line is not JSON, not an object, has no text or a wrong time; the message counts from 1.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.dumps(classify_line(_object(line), today, classify), ensure_ascii=False)
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


def _object(line: str) -> Mapping[str, Any]:
    read = json.loads(line)
    if not isinstance(read, dict):
        raise BadLine("not a JSON object")
    return read
