"""One line of `liaison classify`: a JSON object in, a JSON object out. Files and streams are the caller's."""

from collections.abc import Mapping
from typing import Any

from .classifier import default_classifier
from .intents import intent_of


def classify_line(obj: Mapping[str, Any]) -> dict[str, Any]:
    """Return `id intent type confidence second scores facts` for `{"id", "text"}`.

    `facts` is empty: amounts, dates and names are not read yet.

    Raises:
        ValueError: `text` is missing or not a string.
    """
    text = obj.get("text")
    if not isinstance(text, str):
        raise ValueError(f"line {obj.get('id')!r} has no text")
    verdict = default_classifier().classify(text)
    return {
        "id": obj.get("id"),
        "intent": intent_of(text).value,
        "type": verdict.type,
        "confidence": verdict.confidence,
        "second": verdict.second,
        "scores": dict(verdict.scores),
        "facts": {},
    }
