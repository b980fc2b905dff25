"""How an official says that somebody else should have the case, instead of writing to the enterprise.

Judged strictly: a short sentence that says this and nothing else. That papers were handed on to somebody is
progress, and goes to the enterprise.
"""

import re
from typing import Final

from .text import normalize

LONGEST: Final = 24
"""Characters; whoever writes more is telling the enterprise something."""

_CASE: Final = r"(?:编号)?[#＃]?\d{4,15}+|(?:这|此|该|那)(?:个|一?件)?(?:事情?|诉求|问题|案子?|单子)?"
_PLEASE: Final = "(?:请|麻烦|建议|应该?|应当|帮我?|给我|直接)?"
_NOT_MINE: Final = (
    "(?:不归|不属|不是|不属于|不由)(?:我们?|本|咱们?)(?:这里|这边|这|单位|部门|局|处|科)?"
    "的?(?:管|负责|职责|职权|事情?|业务|范围|办)(?:范围)?(?:内|的)?"
)
_AWAY: Final = "(?:转给|转交|移交|转办|转到|批转|改派|改给|派给)(?:给|到)?[^，,。.！!？?；;]{0,12}"
_PASSING: Final = re.compile(
    f"(?:{_CASE}){{0,2}}{_PLEASE}把?(?:{_CASE})?(?:{_NOT_MINE}|{_AWAY}|{_NOT_MINE}[，,]?{_PLEASE}{_AWAY})(?:吧|办理?|处理|了)?"
)
_ENDS: Final = " \t\r\n\u3000。.!！~～"
_NUMBER: Final = re.compile(r"(?<!\d)\d{4,15}(?!\d)")
_HANDED: Final = re.compile("已|材料|合同|资料|申请|文件|了$")
"""Something was handed on, or it was done already: that is progress."""


def passes_on(text: str) -> bool:
    """Whether `text` only says that the case is not for the one who writes. Time is bounded."""
    if len(text) > LONGEST:
        return False
    core = normalize(text).strip(_ENDS).replace(" ", "")
    return _PASSING.fullmatch(core) is not None and _HANDED.search(core) is None


def numbers_in(text: str) -> list[str]:
    """Return the digits in `text` that may be a ticket's number."""
    return _NUMBER.findall(normalize(text[:400]))
