"""`liaison classify`: JSON objects in, JSON objects out, a line each. Files and streams are the caller's."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .classifier import Verdict, default_classifier
from .intents import intent_of

Classify = Callable[[str], Verdict]


class BadLine(ValueError):
    """A line is not a JSON object with a text."""


def classify_line(obj: Mapping[str, Any], classify: Classify | None = None) -> dict[str, Any]:
    """Return `id intent type confidence second scores facts` for `{"id", "text"}`.

    `facts` is empty: amounts, dates and names are not read yet.

    Raises:
        BadLine: `text` is missing or not a string.
    """
    text = obj.get("text")
    if not isinstance(text, str):
        raise BadLine(f"{obj.get('id')!r} has no text")
    verdict = (classify or default_classifier().classify)(text)
    return {
        "id": obj.get("id"),
        "intent": intent_of(text).value,
        "type": verdict.type,
        "confidence": verdict.confidence,
        "second": verdict.second,
        "scores": dict(verdict.scores),
        "facts": {},
    }


def classify_lines(lines: Iterable[str], classify: Classify | None = None) -> Iterator[str]:
    """Yield the answer to each line, blank ones left out; the fast path tells types if nothing is named.

    Raises:
        BadLine: a line is not JSON, not an object, or has no text; the message counts from 1.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.dumps(classify_line(_object(line), classify), ensure_ascii=False)
            except ValueError as error:
                raise BadLine(f"line {number}: {error}") from error


def _object(line: str) -> Mapping[str, Any]:
    read = json.loads(line)
    if not isinstance(read, dict):
        raise BadLine("not a JSON object")
    return read
