"""What a leader types to an aide or thinks aloud: 让小程去办, 下周再说. The enterprise is not meant."""

from typing import Final

from .desk_phrases import ENDS, TO_THEM
from .regex import Regex
from .text import normalize

LONGEST: Final = 20
"""Characters; whoever writes more is telling somebody something."""

_CASE: Final = "(?:[这那]?(?:个|件|事|家)?(?:事情?|诉求|案子|单子|企业)?)"
_DOES: Final = (
    "(?:去办|办|跟进|跟|盯|看|管|处理|核实|落实|牵头|负责|参与|参加|对接|催|问|回复|联系|了解)"
    "(?:一?下|着|紧|紧点)?"
)
_HOW: Final = "(?:你|来|去|也|先|再|就|都|一起|尽快|抓紧|马上|全程|具体)*"
_SOMEBODY: Final = (
    "(?:[小老][一-龥](?:同志)?|[一-龥]{2,3}(?:主任|局长|处长|科长|同志)?|专班|联络员|秘书|办公室"
    "|[一-龥]{1,6}?[局厅委办]|我们?的?人)"
)
_THOUGHTS: Final = (
    Regex(f"(?:让|叫|请|安排|交代|通知|转告){_SOMEBODY}(?:那边)?{_HOW}{_DOES}{_CASE}(?:吧|情况|进展)?"),
    Regex(f"[小老][一-龥](?:同志)?[，,]?{_HOW}{_DOES}{_CASE}(?:吧|情况|进展)?"),
    Regex(f"{_CASE}(?:先|暂时|暂且)*(?:放一放|压一压|搁一搁|缓一缓|放着|搁着|不急|先不管)(?:吧|了)?"),
    Regex(
        f"{_CASE}(?:下周|下个?月|明天|后天|改天|回头|过[几两]天|以后|节后|等等)再(?:说|议|看|研究|定)(?:吧)?"
    ),
    Regex(f"(?:现在|目前)?(?:是?谁|哪个)(?:在|来)?(?:跟|办|管|负责|盯)(?:着)?{_CASE}(?:的|呢)?"),
    Regex("(?:我)?(?:今天|明天|下午|上午)(?:我)?(?:要|该|得)?(?:见|接待|走访)(?:谁|哪[家几些个].{0,4})"),
)


def is_for_colleagues(text: str) -> bool:
    """Whether a short sentence is said to a colleague, or to nobody, and not to the enterprise."""
    if len(text) > LONGEST or TO_THEM.search(normalize(text).replace("你", "")):
        return False
    core = normalize(text).replace(" ", "").strip(ENDS)
    return any(pattern.fullmatch(core) for pattern in _THOUGHTS)
