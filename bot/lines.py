"""Files of JSON lines, as the commands that read them want them: open, whole, or refused in words."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from handlers.understanding.jsonlines import Line

SHOWN: Final = 20
"""Bad lines that are named; whoever has more mends these first."""

Row = TypeVar("Row")


class Refused(Exception):
    """What was asked for is not done; the words say why, `code` how the command ends."""

    def __init__(self, why: str, code: int) -> None:
        super().__init__(why)
        self.code = code


@contextmanager
def lines_of(file: Path | None) -> Iterator[Iterable[Line]]:
    """Yield the lines to read; a file that cannot be opened is nobody's fault but its own.

    Raises:
        Refused: the file cannot be opened.
    """
    if file is None:
        yield getattr(sys.stdin, "buffer", sys.stdin)
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}", 2) from None
    with opened:
        yield opened


def whole(rows: list[Row], bad: Sequence[str]) -> list[Row]:
    """Return the rows of a file in which no line is bad.

    Raises:
        Refused: a line is bad, or there is none.
    """
    if bad:
        more = [f"and {len(bad) - SHOWN} lines more"] if len(bad) > SHOWN else []
        raise Refused("\n".join([*bad[:SHOWN], *more]), 2)
    if not rows:
        raise Refused("There is no line to measure.", 2)
    return rows
