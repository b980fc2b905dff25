"""How an official says in free words that a case is done, alone or beside what was done."""

import re
from dataclasses import dataclass
from typing import Final

from .regex import Regex
from .taking_back import SEPARATORS
from .text import normalize

LONGEST: Final = 40
"""Characters of the longest sentence that is asked about; a longer one tells something."""

_STEM: Final = Regex(
    "(?:办结|结案|销号|销了|办完|[^团完总]结了吧|^结了吧|可以结了)(?!后|前|时|之|率|以后|需|还|要|证|材料|手续|款)"
)
_SIGNS: Final = frozenset("结销完")
_NOT_YET: Final = Regex(
    "(?:没|未|不能|没法|无法|尚未|还没)(?:有)?(?:全部|完全)?(?:办结|结案|销号|办完)|[?？吗]|什么时候"
)
_ASKS: Final = Regex("[?？]")
_THIS: Final = "(?:[这此该那](?:一?[个件家])?(?:事情?|诉求|案子?|单子?|活)?)?"
_BARE: Final = Regex(
    f"(?:我看|我们?|请|帮我|给我)?{_THIS}(?:可以|能|就|已经?|都|全部|给|先|也|算|该)*(?:办结|结案|销号|销|办完|结)(?:了|吧|掉|啦|办理|一下)*{_THIS}(?:吧|了)?"
)
_SURELY: Final = "(?:都|已经?|全部?|现已|也|就|刚|今[天日]|昨[天日]|总算|终于|给)*"
_ALONE: Final = Regex(
    f"(?:我们?|这边|那边)?{_THIS}(?:问题|事情?|诉求)?{_SURELY}(?:解决|办[好妥成]|搞[定好]|弄[好妥]|处理[好完妥]|落实(?:到位)?|完成|结)(?:了|啦|完?毕)+"
    f"|(?:我们?|这边|那边)?{_THIS}(?:问题|事情?|诉求)?(?:已经?|现已|全部?已经?)(?:解决|办[好妥成]|搞[定好]|处理[好完妥]|落实|完成)"
    f"|(?:钱|款子?|尾款|货款|工程款|欠款|款项|补贴|资金|账){_SURELY}(?:付|打|给|拨付?|到账?|结|还|退|发|支付|汇)(?:过去|到位|到账|清|完|好|齐|掉)?(?:了|啦)+"
)
"""That it is done, in other words and nothing else: whether it resolves the case is asked."""
_CLAUSE: Final = re.compile(r"[^,，。.;；!！~～\n]+[,，。.;；!！~～\n]*")
_SAYS_NOTHING: Final = Regex(
    "(?:我们?|这边|您的?)?(?:这|此|该|那)?(?:个|件|家)?(?:事情?|诉求|问题)?(?:都|已经?|全部|现已|也|就)*"
    "(?:办结|结案|销号|办完|处理完|搞[定好]|弄[好妥]|解决|结)(?:毕|完|掉|了)*"
)


@dataclass(frozen=True, slots=True)
class Finished:
    """Words beside which somebody says that a case is done; empty if they say nothing else."""

    done: str


def is_bare(flat: str) -> bool:
    """Whether a sentence without separators and numbers says that a case is done, and nothing else."""
    return (
        not _SIGNS.isdisjoint(flat) and _STEM.search(flat) is not None and _BARE.fullmatch(flat) is not None
    )


def finished(text: str) -> Finished | None:
    """Return what was done by a short sentence that says a case is done, None if it does not."""
    if len(text) > LONGEST:
        return None
    if _ALONE.fullmatch(SEPARATORS.sub("", normalize(text))) is not None and _ASKS.search(text) is None:
        return Finished("")
    if _SIGNS.isdisjoint(text) or _STEM.search(text) is None:
        return None
    plain = normalize(text)
    if _NOT_YET.search(plain) is not None:
        return None
    told = [clause for clause in _CLAUSE.findall(text) if not is_bare(SEPARATORS.sub("", normalize(clause)))]
    return Finished("".join(told).strip(" ,，。;；"))


def tells_nothing(text: str) -> bool:
    """Whether an account of what was done only repeats that it was: 已办结."""
    flat = SEPARATORS.sub("", normalize(text[:LONGEST]))
    return _SAYS_NOTHING.fullmatch(flat) is not None
