"""Words that point at what a message is for, found in one pass; `cues.json` holds them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from operator import add
from pathlib import Path
from typing import Final

CUES: Final = Path(__file__).with_name("cues.json")

_WHICH: Final = (
    ("withdraw", ("撤", "取消")),
    ("urge", ("催",)),
    ("progress", ("进度", "进展", "查哪", "想查", "看哪", "想看", "查询")),
    ("follow_up", ("补充", "记到", "照片", "材料", "内容", "归到")),
    ("confirm", ("吗", "是不是", "对吗", "对不对", "有您")),
)
"""What a question after the case is about, by its words; the first that fits."""
_CHOICE: Final = ("或", "吗", "1")


def found_in(core: str) -> set[str]:
    """Return the ideas whose words stand in `core`."""
    words, heads = table()
    found: set[str] = set()
    for at, lengths in enumerate(map(heads.get, map(add, core, core[1:]))):
        if lengths:
            for length in lengths:
                idea = words.get(core[at : at + length])
                if idea is not None:
                    found.update(idea)
    return found


def asked_for(said: str, asked: str | None) -> str:
    """Return what our question was about, as far as its words tell; empty when they do not."""
    if asked == "which_case":
        return next((what for what, words in _WHICH if any(word in said for word in words)), "")
    return "".join(str(number) for number, word in enumerate(_CHOICE) if word in said)


@cache
def table() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[int, ...]]]:
    """Return word → its ideas, and first two characters → lengths of the words that begin so."""
    words: dict[str, tuple[str, ...]] = {}
    heads: dict[str, set[int]] = {}
    once: dict[tuple[str, ...], tuple[str, ...]] = {}
    seen_lengths: dict[tuple[int, ...], tuple[int, ...]] = {}
    for idea, word in cues():
        ideas = (*words.get(word, ()), idea)
        words[word] = once.setdefault(ideas, ideas)
        heads.setdefault(word[:2], set()).add(len(word))
    shared = ((head, tuple(sorted(lengths))) for head, lengths in heads.items())
    return words, {head: seen_lengths.setdefault(lengths, lengths) for head, lengths in shared}


def cues() -> Iterator[tuple[str, str]]:
    """Yield every idea with each of its words, as the file has them."""
    read: dict[str, list[str]] = json.loads(CUES.read_text(encoding="utf-8"))
    for idea, words in read.items():
        for word in words:
            yield idea, word
