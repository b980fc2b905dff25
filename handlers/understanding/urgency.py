"""What makes a matter urgent, by the words of a message: 停产, 断电, 资金链, 讨薪群体, danger. Pure."""

import re
from typing import Final

from .features import READ_AT_MOST
from .regex import Regex
from .text import normalize

_STOPPED: Final = (
    "停[产工]|停摆|歇业|关门|生产线[都全]?停|机器[都全]?停|没法(?:生产|开工|干活)|无法(?:生产"
    "|开工)|等米下锅|揭不开锅"
)
_CUT_OFF: Final = "断[电水气暖供网]|停[电水气暖]|拉闸|跳闸|限电|被掐电"
_NO_CASH: Final = (
    "资金链|断贷|抽贷|[发开]不[出起下]工资|濒临破产|要破产|快破产|倒闭|活不下去|[撑挺]不(?:住"
    "|下去|了)|贷款(?:马上|就要|快|即将)到期|周转不(?:开|灵|动)"
)
_CROWD: Final = (
    "讨薪|上访|堵门|拉横幅|围堵|聚众|堵路|(?:农民工|工人|民工|员工)[^,。;!?]{0,6}(?:闹|堵|要工资"
    "|讨要|要钱)|跳楼|轻生|不想活|自杀"
)
_DANGER: Final = (
    "爆炸|起火|着火|失火|火灾|泄漏|泄露(?:气|油)|塌(?:方|陷|了)|坍塌|垮塌|倒塌|受伤|伤亡|中毒"
    "|危房|漏电|安全隐患|出人命|滑坡"
)
_KINDS: Final = {
    kind: Regex(words)
    for kind, words in {
        "production": _STOPPED,
        "power": _CUT_OFF,
        "cash": _NO_CASH,
        "crowd": _CROWD,
        "safety": _DANGER,
    }.items()
}
_DENIED: Final = Regex("(?:没有?|不是|不会|并未|避免|防止|未曾|不曾|从未|不再)[^,。;!?]{0,3}$|不$")
_DENIED_WITHIN: Final = 8


def urgency(text: str) -> tuple[str, ...]:
    """Return the kinds of urgency that `text` tells of, without those that it denies. Never raises."""
    plain = normalize(text[:READ_AT_MOST])
    return tuple(
        kind for kind, words in _KINDS.items() if any(_is_told(plain, each) for each in words.finditer(plain))
    )


def _is_told(plain: str, match: re.Match[str]) -> bool:
    return _DENIED.search(plain[max(0, match.start() - _DENIED_WITHIN) : match.start()]) is None
