"""How an official says in free words that a unit should help (请供电公司帮忙看看): the unit and the task."""

import re
from dataclasses import dataclass
from typing import Final

from .regex import Regex
from .text import normalize

LONGEST: Final = 48

_BEGINS: Final = frozenset("请让叫麻找由我想能先再拉会1234567890")
_UNIT: Final = (
    "(?P<unit>[^，,。.！!？?；;:：\\s您你贵我]{1,12}?(?:局|厅|委|办|部|部门|院|处|所|中心|公司|集团|政府|街道"
    "|管委会|银行|税务|财政|电力|住建|环保|人社))"
)
_TOGETHER: Final = "(?:一起|一同|共同|一块儿?|联合)来?(?:办理?|处理|解决|研究|核查|查|看看?)"
_HELPS: Final = f"(?:协办|协助|帮忙|帮着?|配合|支持|{_TOGETHER})"
_ASKED: Final = Regex(
    f"(?:我?想|能不能|可不可以|先|再)*(?:[请叫拉找]上|会同|请|让|叫|麻烦|找){_UNIT}(?:的(?:人|同志))?(?:也|都|来|先|给|那边)*{_HELPS}"
    "(?P<task>.*?)(?:吧|吗|行吗|好吗)?[。.!！]?",
    re.DOTALL,
)
_LITTLE: Final = re.compile("(?:一?下|一把|忙|着|我们?|[，,。:：\\s])*")
_TOLD: Final = Regex("[您你贵]|已|了$")


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom somebody wants to help, as they said it, and with what; the task may be empty."""

    unit: str
    task: str


def help_wanted(text: str) -> Wish | None:
    """Return the unit a short sentence asks to help, None if it asks nobody. Time is bounded."""
    if len(text) > LONGEST or text[:1] not in _BEGINS:
        return None
    plain = normalize(text).strip()
    found = _ASKED.fullmatch(plain)
    if found is None or _TOLD.search(plain) is not None:
        return None
    return Wish(found["unit"], _LITTLE.sub("", found["task"], count=1).strip())
