"""What a case is called: the first words of a message that say what it is about.

People who talk to their phone begin with greetings and fillers and never end a sentence; a title that kept
the beginning would say nothing. Only leading small talk is dropped, nothing is reworded.
"""

import re
from typing import Final

from .phrases import FILLERS, MATTER, TROUBLE
from .regex import Regex

_FILLED: Final = re.compile(f"(?>{FILLERS}|[\\s，,。.!！、；;：:～~…])++")
_CLAUSE: Final = Regex(r"[，,。！!？?；;\n]+")
_MATTER: Final = re.compile(MATTER)
_TEMPER: Final = Regex(
    "(?<![燃然煤暖供停氧沼])气[死人]|生气|急人|气愤|来气|客气|脾气|语气|(?<!进)口气|运气|服气|咋地|地道|咋[样办整地]?"
)
"""Words whose characters name a matter elsewhere, and here none."""
_TROUBLE: Final = Regex(TROUBLE)


def headline(text: str, length: int) -> str:
    """Return `text` from where it begins to say what it is about; short texts only lose their fillers."""
    line = " ".join(text.split())
    bare = _FILLED.sub("", line, count=1) if _FILLED.match(line) else line
    if len(bare) <= length:
        return bare or line
    return bare[_start(bare, length) :]


def names_a_matter(text: str) -> bool:
    """Whether `text` says at all what it is about; an introduction or a temper does not."""
    return _MATTER.search(text) is not None and _MATTER.search(_TEMPER.sub("", text)) is not None


def names_trouble(text: str) -> bool:
    """Whether a text says that something fails or lacks, whatever it is: 网不通, 卡脖子, 公章丢了."""
    return _TROUBLE.search(text) is not None


def _start(bare: str, length: int) -> int:
    """Where to begin: at the first clause about a matter, unless the first `length` characters name one."""
    if _MATTER.search(bare, 0, length):
        return 0
    starts = [0, *(gap.end() for gap in _CLAUSE.finditer(bare))]
    found = _MATTER.search(bare)
    if found is None:
        return 0
    begin = max(start for start in starts if start <= found.start())
    return begin if found.start() - begin < length else _at_a_word(bare, found.start() - length // 2)


def _at_a_word(bare: str, begin: int) -> int:
    """Where a word begins from `begin` on: no headline starts inside a run of Latin letters or digits."""
    while begin > 0 and _is_latin(bare[begin - 1]) and _is_latin(bare[begin]):
        begin += 1
    return begin


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
