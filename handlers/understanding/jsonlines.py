"""`liaison classify`: JSON objects in, JSON objects out, a line each. Files and streams are the caller's."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .classifier import default_classifier
from .in_context import Context, intent_in


class BadLine(ValueError):
    """A line is not a JSON object with a text."""


def classify_line(obj: Mapping[str, Any]) -> dict[str, Any]:
    """Return `id intent type confidence second scores facts` for `{"id", "text"}`.

    `open` (is there an open case), `asked` (which question of ours is open) and `said` (our last words) may
    stand beside them: the intent is read in that situation.

    `facts` is empty: amounts, dates and names are not read yet.

    Raises:
        BadLine: `text` is missing or not a string, or the situation is not of its kind.
    """
    text = obj.get("text")
    if not isinstance(text, str):
        raise BadLine(f"{obj.get('id')!r} has no text")
    verdict = default_classifier().classify(text)
    return {
        "id": obj.get("id"),
        "intent": intent_in(text, _situation(obj)).value,
        "type": verdict.type,
        "confidence": verdict.confidence,
        "second": verdict.second,
        "scores": dict(verdict.scores),
        "facts": {},
    }


def _situation(obj: Mapping[str, Any]) -> Context:
    is_open, asked, said = obj.get("open"), obj.get("asked"), obj.get("said")
    for name, value, kind in (("open", is_open, bool), ("asked", asked, str), ("said", said, str)):
        if value is not None and not isinstance(value, kind):
            raise BadLine(f"{obj.get('id')!r}: `{name}` is no {kind.__name__}")
    return Context(bool(is_open), asked, said or "")


def classify_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the answer to each line, blank ones left out.

    Raises:
        BadLine: a line is not JSON, not an object, or has no text; the message counts from 1.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.dumps(classify_line(_object(line)), ensure_ascii=False)
            except ValueError as error:
                raise BadLine(f"line {number}: {error}") from error


def _object(line: str) -> Mapping[str, Any]:
    read = json.loads(line)
    if not isinstance(read, dict):
        raise BadLine("not a JSON object")
    return read
