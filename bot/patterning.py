"""Which of many texts tell of the same stone, and how well that is found: for `bot.learning`."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.lines import Refused, whole
from handlers.understanding.deep import DeepClassifier, NoDeepModel, default_deep
from handlers.understanding.embedding import NoEmbedding
from handlers.understanding.jsonlines import BadLine, Line, read_all, text_of
from handlers.understanding.model import WrongModel
from handlers.understanding.pattern_measure import Agreement, agreement
from handlers.understanding.traits import READING
from models.session import Database


def patterns_of(lines: Iterable[Line]) -> Iterator[str]:
    """Yield for each line its id and its pattern, as JSON.

    Raises:
        Refused: a line is not what it must be, or there is nothing to compare texts with.
    """
    rows, bad = read_all(lines, _row)
    if bad:
        raise Refused(bad[0], 2)
    for (name, _), pattern in zip(rows, groups([text for _, text in rows]), strict=True):
        yield json.dumps({"id": name, "pattern": pattern})


def of_patterns(lines: Iterable[Line]) -> Agreement:
    """Return how well texts are grouped that come with the group they belong to, null for none.

    Raises:
        Refused: a line is not what it must be, or there is nothing to compare texts with.
    """
    rows = whole(*read_all(lines, _given))
    return agreement([given for given, _ in rows], groups([text for _, text in rows]))


def groups(texts: Sequence[str]) -> list[int | None]:
    """Return the group of each text.

    Raises:
        Refused: there is no embedding, or no model, on this machine.
    """
    try:
        from handlers.understanding.regroup import groups_of  # noqa: PLC0415 -- numpy comes with the embedding

        return groups_of(texts)
    except (NoEmbedding, ModuleNotFoundError, WrongModel) as missing:
        raise Refused(f"Nothing to compare texts with: {missing}", 1) from None


def regrouped(database_url: str) -> Iterator[str]:
    """Group all cases that are stored anew; yield for each type what came of it, as JSON.

    Raises:
        Refused: there is no embedding, or no model, on this machine.
    """
    database = Database(database_url)
    try:
        from bot.regrouping import regroup  # noqa: PLC0415 -- numpy comes with the embedding

        for each in regroup(database, kept_by(default_deep()), partial(datetime.now, UTC)):
            yield json.dumps(asdict(each))
    except (NoDeepModel, NoEmbedding, ModuleNotFoundError, WrongModel) as missing:
        raise Refused(f"Nothing to compare cases with: {missing}", 1) from None
    finally:
        database.dispose()


def kept_by(deep: DeepClassifier) -> str:
    """Return what is called what a model and our reading of names made of a case."""
    return f"e5 {deep.digest[:40]} {READING}"


def _row(obj: Mapping[str, Any]) -> tuple[Any, str]:
    return obj.get("id"), text_of(obj)


def _given(obj: Mapping[str, Any]) -> tuple[str | None, str]:
    text, group = text_of(obj), obj.get("pattern", obj.get("group"))
    if "pattern" not in obj and "group" not in obj:
        raise BadLine(f"{obj.get('id')!r} has no pattern: null is for a text on its own")
    return None if group is None else str(group), text
