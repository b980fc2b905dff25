"""A message and what it is said into, as signs that a model can weigh.

No weights and no intents live here; training and the running service call the same function.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from typing import Final, NamedTuple

from . import cues, phrases
from .intents import intent_of
from .regex import Regex
from .text import STICKER, normalize, without_stutter


@dataclass(frozen=True, slots=True)
class Context:
    """What a message is said into: whether a case is open, what we wait for, and our last words."""

    open: bool = False
    asked: str | None = None
    """The question of ours that is open: `missing`, `stage`, `which_case`, `result`, `rating`, or another."""
    said: str = ""


HEAD: Final = 72
TAIL: Final = 28
"""Characters read of the beginning and of the end of a longer text: there it says what it wants."""
SAID: Final = 80
"""Characters read of what we said last."""
LONGEST_GRAM: Final = 3
SHORT: Final = 4
"""Characters of an answer that is known as a whole."""
STEPS: Final = (1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 40, 70)

ANSWERED: Final = {
    "missing": "m",
    "stage": "m",
    "result": "r",
    "rating": "r",
    "which_case": "w",
}
"""Kind of question → the mark under which words that answer it are learned apart."""
OTHERWISE: Final = "q"
"""The mark of any other question of ours."""
UNASKED: Final = ("n", "o")
"""Where we asked nothing: the marks without and with an open case."""
MARKS: Final = ("m", "r", "w", OTHERWISE, *UNASKED)

_PHONE: Final = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}|[2-8]\d{7})(?!\d)")
_CASE: Final = re.compile(r"(?<!\d)\d{4,6}(?![\d年])")
_DIGITS: Final = re.compile(r"\d+(?:\.\d+)?")
_EMOJI: Final = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]+")
_STOPS: Final = re.compile(r"[^\w?!☺ ]+")
_BLANKS: Final = Regex(" {2,}")
_MATTER: Final = re.compile(phrases.MATTER)
_SOUND: Final = re.compile("[啊哦噢喔嗯呃额哎唉诶欸哟呦呀咦哇嘿哈呵嘻嘀咋啥切嘶啧嗨喂唔吧唧?!☺. ]+")
"""Nothing but sounds: no answer to any question."""
_WHETHER: Final = Regex(r"(.)[不没]\1|(?:了|过|好|完|到|来|成)(?:没|不)(?:有|呢|啊|呀)?(?:$|[ ?])")
"""The ways to ask whether that stand at no fixed word: 批没批, 认不认, 到没."""
_SPOKEN: Final = (
    ("done", Regex("办结|办好|处理完|销号|已开通|已完成|已撤销")),
    ("call", Regex("来电|致电|通话|尾号|暗语|走访")),
    ("ask", Regex("[?？]|请(?:您|问)?(?:补充|提供|说明|回复|选择)")),
    ("told", Regex("收到|受理|编号|责任领导|转交|协办|答复|进展|联系")),
)
"""What our last words were, where no question of ours is open; the first that fits."""


class Signs(NamedTuple):
    """What a model weighs of a message: pieces of its words, and what is seen of it and of the situation."""

    short: set[str]
    """Pieces of one or two characters: learned once for all messages, and once more under each mark."""
    long: set[str]
    """Pieces of three characters."""
    mark: str
    """What the words are said into: an answer to a question of one kind, else a case or none."""
    seen: set[str]


def signs(text: str, context: Context) -> Signs:
    """Return what there is to weigh of `text`, said into `context`."""
    core = plain(text)
    ended = f"^{core}$"
    pairs = [*map(add, ended, ended[1:])]
    question = ANSWERED.get(context.asked, OTHERWISE) if context.asked else ""
    return Signs(
        {*core, *pairs},
        {*map(add, pairs, ended[2:])},
        question or UNASKED[context.open],
        {*_seen(text, core, context, question)},
    )


def _seen(text: str, core: str, context: Context, mark: str) -> list[str]:
    seen = [f"={each}" for each in sorted(cues.found_in(core))]
    rule = intent_of(text).value
    matters = len(set(_MATTER.findall(core)))
    length = len(core)
    step = bisect_left(STEPS, length)
    state = "o" if context.open else "-"
    seen += [f"+{state}", f"+{state}{min(step, 7)}", f"#{step}", f"+a{context.asked or ''}"]
    seen += [
        f"~{rule}",
        f"~{rule}{state}{mark}",
        f"%{min(matters, 3)}",
        f"%{min(matters, 3)}{state}{mark}{min(step, 6)}",
    ]
    if mark:
        seen += [f"+{mark}{step}", *(f"+{mark}{each}" for each in seen if each[0] == "=")]
        asked_for = cues.asked_for(normalize(context.said[:SAID]), context.asked)
        seen += [f"+{mark}>{asked_for}", f"+{mark}>{asked_for}{min(step, 5)}"]
    elif context.said and context.open:
        shared = set(_MATTER.findall(core)) & set(_MATTER.findall(normalize(context.said[:SAID])))
        seen.append("+same" if shared else "+told")
        spoken = next((kind for kind, words in _SPOKEN if words.search(context.said[:SAID])), "else")
        seen += [f"<{spoken}", f"<{spoken}{min(step, 5)}", f"<{spoken}~{rule}"]
    if _SOUND.fullmatch(core):
        seen += ["!sound", f"!sound{state}{mark}"]
    if _WHETHER.search(core):
        seen += [f"?{state}", f"?{state}{mark}{min(step, 5)}"]
    if length <= SHORT:
        seen += [f"!{core}", f"!{state}{mark}{core}"]
    return seen


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """Return `text` in one spelling: numbers by kind, stickers and signs by one mark, no stutter."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} … {text[-TAIL:]}"
    core = _EMOJI.sub("☺", STICKER.sub("☺", normalize(text)))
    core = _DIGITS.sub("0", _CASE.sub("N", _PHONE.sub("P", core)))
    return without_stutter(_BLANKS.sub(" ", _STOPS.sub(" ", core)).strip())
