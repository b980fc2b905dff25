"""Which of a few known enterprises somebody means by a short or mistyped name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from .addressing import brand
from .regex import Regex
from .text import normalize

ALIKE: Final = 60.0
"""From this likeness on a name is offered; only a name that is contained is taken without asking."""

_SHORTEST: Final = 2
_FIRST: Final = re.compile(r"\s*(?P<name>[^\s：:，,。]+)[\s：:，,。]*(?P<note>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Called:
    """Which names are meant, by place; sure if there is no need to ask. `note` is what follows the name."""

    places: tuple[int, ...]
    is_sure: bool
    note: str


def called(text: str, names: Sequence[str]) -> Called:
    """Return which of `names` the beginning of a text means: whole, in part, or merely alike."""
    for place, name in enumerate(names):
        if name and text.startswith(name):
            return Called((place,), is_sure=True, note=text[len(name) :].lstrip(" \u3000:：,，。\n"))
    found = _FIRST.fullmatch(text)
    if found is None:
        return Called((), is_sure=False, note="")
    word, note = found["name"], found["note"].strip()
    within = tuple(place for place, name in enumerate(names) if len(word) >= _SHORTEST and word in name)
    if within:
        return Called(within, is_sure=len(within) == 1, note=note)
    scores = [(fuzz.partial_ratio(word, name), place) for place, name in enumerate(names)]
    alike = tuple(place for score, place in sorted(scores, reverse=True) if score >= ALIKE)
    return Called(alike, is_sure=False, note=note)


_CORRECTED_UP_TO: Final = 40
_NOT: Final = "(?:(?:这|那|刚才?|上面|说的|报的|应该|可|并|根本)*(?:不是|不属于|不算|非|别记在?|不该记在?))"
_BESIDE: Final = Regex(
    "不对|[搞弄记报写说填归选发]错(?:了)?(?:公司|企业|厂|单位|一?家)?了?|(?:这|那|刚才?|上面)(?:[个件条])?(?:事情?儿?|诉求|单子|案子|编号)?"
    "|应该|应当|其实|我(?:们)?|说的|报的|反映的?|是|属于|算|替|代表|帮|给|为|记(?:在|到)?|改(?:成|到|为|记)?|换(?:成|到)?|的|那边|那家|这家|家|公司|企业|厂里?"
    "|名下|诉求|事情?儿?|问题|才对|才是|而是|哈|啊|呀|吧|哦|了|请|麻烦|把|一?下"
)


def corrected(text: str, names: Sequence[str]) -> int | None:
    """Return which of `names` a short text says a case is of, and not of another; None if it does not.

    不是青岚的，是云杉里的; 搞错了，是青岚的; of two, 不是青岚的 says the other one.
    """
    said = normalize(text).replace(" ", "")
    if len(said) > _CORRECTED_UP_TO:
        return None
    denied: set[int] = set()
    meant: set[int] = set()
    for place, name in enumerate(names):
        own = brand(normalize(name))
        piece = next((own[:size] for size in range(len(own), _SHORTEST - 1, -1) if own[:size] in said), "")
        if not piece:
            continue
        before, _, after = map(re.escape, normalize(name).partition(piece))
        one = re.compile(f"(?P<no>{_NOT})?(?:{before})?{re.escape(piece)}(?:{after}|(?:有限)?公司|集团|厂)?")
        for found in one.finditer(said):
            (denied if found["no"] else meant).add(place)
        said = one.sub("◇", said)
    is_marked = bool(denied) or re.search("不对|错", said) is not None
    left = re.sub(r"[◇\W_]+", "", _BESIDE.sub("", said))
    if not is_marked or left or meant & denied:
        return None
    if not meant and len(names) - len(denied) == 1:
        meant = set(range(len(names))) - denied
    return meant.pop() if len(meant) == 1 else None
