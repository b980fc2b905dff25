"""How an official says that words shall not go out, or shall come back: plainly, or so that we ask.

Whether anything waits that could be taken back is for the caller.
"""

import re
from dataclasses import dataclass
from typing import Final

from .regex import Regex
from .text import normalize

SHORT: Final = 24
"""Characters of the longest sentence that is not sent while something waits, if it speaks of taking back."""

SEPARATORS: Final = re.compile(r"[\s,，。.;；:：、!！?？~～…—-]+")
"""What stands between the pieces of one hasty sentence."""

_STEM: Final = Regex(
    "^(?:不对|错了)|撤|收回|[发说写打回弄搞]错|[别勿甭]发|不要发|不发|不算|作废|^(?:停+|等等+|等一?[下会]?|慢+着?|且慢|打住|先停|别)$|(?:不是|别)(?:发)?给?(?:他|她|这[家个]|那[家个]|企业|对方)|(?:发|给)别(?:人|家)|不是(?:这|那)[家个]企业"
)
_SIGNS: Final = frozenset("撤车收作错别不甭勿删取")
"""One of these stands in every sentence that takes back; most hold none."""
_UNDO: Final = "(?:撤[回销掉了]|车回|收回|作废|删[除掉了]|取消(?:发送)?)"
_LEAD: Final = "(?:等等|等一?下|慢着|稍等|哎呀?|啊|哦|不对|不是|糟了?|坏了|抱歉|对不起|不好意思)*"
_MAY: Final = "(?:请|麻烦|可不?可以|能不能|能否|可否|我?想|我?要|帮我|快|赶紧)*"
_LINE: Final = "(?:句话?|条|个|话|消息|回复|内容|东西)"
_THAT: Final = "(?:刚才?|上面|上一?|前面|前一?|那|这|最后一?)"
_SAID: Final = f"(?>{_THAT}|我|{_LINE}|[说发写打回]|的)*"
_END: Final = "(?>来|去|一?下|了|掉|吧|吗|啊)*"
_PLAIN: Final = Regex(
    f"{_LEAD}(?:"
    f"{_MAY}(?:把|将)?{_SAID}(?:给我|都|先|就)*{_UNDO}{_END}{_SAID}{_END}"
    f"|{_SAID}[发说写打回弄搞]错(?:了?(?:人|企业|地方|[家对]象?))?了?{_SAID}{_MAY}(?:{_UNDO}|别发|不算|重发)?{_END}"
    f"|{_SAID}(?:就|都|先|给我)*(?:不算数?|不作数|不要了|不发)(?:了|吧)*"
    f"|{_SAID}(?:先|请|快|都|千万)*(?:别|不要|甭|不用|勿)(?:给(?:他们?|企业|对方|人家))?[发转送]"
    "(?:出去?|过去|给?(?:他们?|企业|对方|人家)|了)*(?:吧|啊)?)"
)
_WROTE: Final = (
    f"(?:刚[才刚]?)?(?:[发说写打回]的(?:{_THAT})?{_LINE}?|(?:[发说写打回]?的)?{_THAT}{_LINE}"
    f"|的{_LINE}|刚[才刚]?[发说写打回])"
)
_WHO: Final = r"[\u4e00-\u9fff]{2,6}?"
_NAMED: Final = Regex(
    f"{_LEAD}{_MAY}(?:(?:把|将)?{_UNDO}(?:掉|一?下|了)?(?P<before>{_WHO}){_WROTE}吧?"
    f"|(?:把|将)?(?P<after>{_WHO}){_WROTE}(?:给我|都|先)?(?:{_UNDO}|别发|不算){_END})"
)
_OF: Final = Regex(f"(?P<who>{_WHO}){_WROTE}")
_ACT: Final = "(?:办结|不予办理)"
_OF_ACT: Final = Regex(
    f"{_LEAD}{_MAY}(?:(?:把|将)?(?:刚[才刚])?的?{_UNDO}(?:刚[才刚])?的?(?P<before>{_ACT}){_END}"
    f"|(?:把|将)?(?:刚[才刚])?的?(?P<after>{_ACT})(?:给我|先|都)?(?:{_UNDO}|[点搞弄发]?错){_END})"
)


@dataclass(frozen=True, slots=True)
class Undo:
    """What shall be taken back: a formal act by its word, or words, perhaps those of somebody named."""

    act: str = ""
    whose: str = ""


def taken_back(flat: str) -> Undo | None:
    """Return what a sentence without its separators takes back, None if it says anything else."""
    if _SIGNS.isdisjoint(flat):
        return None
    act = _OF_ACT.fullmatch(flat)
    if act is not None:
        return Undo(act=act["before"] or act["after"])
    if _PLAIN.fullmatch(flat) is not None:
        return Undo()
    named = _NAMED.fullmatch(flat)
    return None if named is None else Undo(whose=named["before"] or named["after"])


def whose(rest: str) -> str:
    """Return whose words are meant by what stands after 撤回: 程小满刚发的. Empty if nobody is named."""
    found = _OF.fullmatch(SEPARATORS.sub("", normalize(rest[:SHORT])))
    return found["who"] if found else ""


def sounds(text: str) -> bool:
    """Whether a short sentence speaks of taking back, so that it must not go out itself."""
    return len(text) <= SHORT and _STEM.search(normalize(text)) is not None
