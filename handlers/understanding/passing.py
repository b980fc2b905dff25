"""How an official says that somebody else should have the case, instead of writing to the enterprise.

Judged strictly: a short sentence that says this and nothing else. That papers were handed on to somebody is
progress, and goes to the enterprise. What may be the one or the other is asked about (`may_pass_on`).
"""

import re
from typing import Final

from .asking_help import help_wanted
from .regex import Regex
from .text import normalize

LONGEST: Final = 24
"""Characters; whoever writes more is telling the enterprise something."""
DOUBTFUL: Final = 40
"""Characters of the longest sentence that is asked about."""

_CASE: Final = r"(?:编号)?[#＃]?\d{4,15}+|(?:这|此|该|那)(?:个|一?件)?(?:事情?|诉求|问题|案子?|单子)?"
_PLEASE: Final = "(?:请|麻烦|建议|应该?|应当|帮我?|给我|直接)?"
_NOT_MINE: Final = (
    "(?:不归|不属|不是|不属于|不由)(?:我们?|本|咱们?)(?:这里|这边|这|单位|部门|局|处|科)?"
    "的?(?:管|分管|主管|负责|职责|职权|事情?|业务|范围|办)(?:范围)?(?:内|的)?"
)
_AWAY: Final = "(?:转给|转交|移交|转办|转到|批转|改派|改给|派给)(?:给|到)?[^，,。.！!？?；;]{0,12}"
_UNIT: Final = (
    "[^，,。.！!？?；;您你贵我]{1,9}?(?:局|厅|委|办|部|部门|院|处|所|中心|公司|集团|政府|街道|管委会|银行|税务|财政|电力|住建|环保|人社)"
    "(?:的(?:人|同志))?"
)
_TAKES: Final = (
    "(?:来|去|先|也|牵头|帮着?|帮忙)*(?:管|分管|负责|接手?|办理?|处理|牵头|解决"
    "|看看?|看一?下|查查?|查一?下|跟进|协助|配合|出面|想想办法)"
)
_THEIRS: Final = (
    f"(?:应该?|应当|该|得|由|归|属|是|让|请|叫)(?:归|由|让|是|属于?)?{_UNIT}(?:{_TAKES})(?:的|一?下)?"
    f"|(?:应该?|应当|该)?(?:归|属于){_UNIT}"
)
_CANNOT: Final = (
    "(?:我们?|咱们?)(?:这里|这边|这儿)?(?:真的?|实在|确实|可|也|都)*"
    "(?:[办管做]不了|处理不了|解决不了|没法[办管]|没办法办?|无法办理?)"
)
_BACK: Final = "(?:我?要|申请|要求)?退回(?:去|给你们)?"
_ONE: Final = f"(?:{_NOT_MINE}|{_AWAY}|(?:{_THEIRS})|{_CANNOT})"
_PASSING: Final = Regex(
    f"(?:{_CASE}){{0,2}}{_PLEASE}把?(?:{_CASE})?(?:{_ONE}|(?:{_NOT_MINE}|{_CANNOT})[，,]?{_PLEASE}(?:{_AWAY}|(?:{_THEIRS})|{_BACK})|{_BACK})"
    "(?:吧|办理?|处理|了|才对|合适)?"
)
_ENDS: Final = " \t\r\n\u3000。.!！~～"
_NUMBER: Final = re.compile(r"(?<!\d)\d{4,15}(?!\d)")
_HANDED: Final = Regex("已|材料|合同|资料|申请(?!退回)|文件|(?<!不)了$")
"""Something was handed on, or it was done already: that is progress."""
_THEIRS_TO_SAY: Final = Regex(
    "[您你贵]|已|了$|材料|合同|资料|文件|我们?(?:会|将|正|去|再|让|请|找|交|安排|协调|跟|和)|[今明后]天|[上下本这]周|\\d[日号点]"
)
"""What tells an enterprise something all the same."""
_SOUNDS: Final = Regex(
    f"(?:该|应|归|属|找|退|转|让|交|由|请|是){_UNIT}(?:.{{0,6}})(?:管|负责|办|处理|接|牵头|解决|看|的事|职责|职能)"
    "|不归|不该我|不是我们?的(?:事|活)|轮不到|管不[了着]|办不了|退回"
)


def passes_on(text: str) -> bool:
    """Whether `text` only says that the case is not for the one who writes. Time is bounded."""
    if len(text) > LONGEST:
        return False
    core = normalize(text).strip(_ENDS).replace(" ", "")
    if help_wanted(core) is not None:
        return False
    return _PASSING.fullmatch(core) is not None and _HANDED.search(core) is None


def may_pass_on(text: str) -> bool:
    """Whether `text` sounds as if another should have the case, though it may be news for the enterprise."""
    if len(text) > DOUBTFUL:
        return False
    core = normalize(text).replace(" ", "")
    return _SOUNDS.search(core) is not None and _THEIRS_TO_SAY.search(core) is None


def numbers_in(text: str) -> list[str]:
    """Return the digits in `text` that may be a ticket's number."""
    return _NUMBER.findall(normalize(text[:400]))
